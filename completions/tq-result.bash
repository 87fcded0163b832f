# Completion of tq-result for bash, made by tq-result --generate-completion-script bash

_tq_result() {
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
    --config | --config=)
        compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word")
        ;;
    --color | --color=)
        mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$word")
        ;;
    --timeout | --timeout= | -b | --broker | --broker= | --result-backend | --result-backend= | --connect-timeout | --connect-timeout=)
        :
        ;;
    *)
        [[ $word == -* ]] && mapfile -t COMPREPLY < <(compgen -W '-w --wait --timeout -f --follow --json --state --raw --forget -b --broker --result-backend --config --connect-timeout --color -q --quiet -v --verbose -h --help --version' -- "$word")
        ;;
    esac
}

complete -F _tq_result tq-result
