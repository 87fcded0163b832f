# Completion of tq-ctl for bash, made by tq-ctl --generate-completion-script bash

_tq_ctl() {
    local word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} index
    COMPREPLY=()

    # Bash splits --option=value into three words.
    if [[ $word == = ]]; then
        option+== word=
    elif [[ $option == = ]]; then
        option=${COMP_WORDS[COMP_CWORD - 2]}=
    fi

    for ((index = 1; index < COMP_CWORD; index++)); do
        if [[ ${COMP_WORDS[index]} == -- ]]; then
            :
            return
        fi
    done

    case $option in
    --file | --file=)
        compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word")
        ;;
    --config | --config=)
        compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word")
        ;;
    --color | --color=)
        mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$word")
        ;;
    -Q | --queue | --queue= | --args | --args= | --kwargs | --kwargs= | --set | --set= | -b | --broker | --broker= | --result-backend | --result-backend= | --connect-timeout | --connect-timeout=)
        :
        ;;
    *)
        if [[ $word == -* ]]; then
            mapfile -t COMPREPLY < <(compgen -W '--json -y --yes --all -Q --queue --delayed --args --kwargs --set --file --replace -b --broker --result-backend --config --connect-timeout --color -q --quiet -v --verbose -h --help --version' -- "$word")
            return
        fi
        local words=
        for ((index = 1; index < COMP_CWORD; index++)); do
            case ${COMP_WORDS[index]} in
            -Q | --queue | --args | --kwargs | --set | --file | -b | --broker | --result-backend | --config | --connect-timeout | --color)
                ((index++))
                [[ ${COMP_WORDS[index]} == = ]] && ((index++))
                ;;
            -*) ;;
            *) words+=" ${COMP_WORDS[index]}" ;;
            esac
        done
        case $words in
        '') mapfile -t COMPREPLY < <(compgen -W 'queues workers running dead purge move pause resume revoke beat' -- "$word") ;;
        ' dead') mapfile -t COMPREPLY < <(compgen -W 'list show retry drop' -- "$word") ;;
        ' beat') mapfile -t COMPREPLY < <(compgen -W 'list add remove run pause resume forget' -- "$word") ;;
        esac
        ;;
    esac
}

complete -F _tq_ctl tq-ctl
