# Completion of tq-send for bash, made by tq-send --generate-completion-script bash

_tq_send() {
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
            compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word")
            return
        fi
    done

    case $option in
    --canvas | --canvas=)
        compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word")
        ;;
    --config | --config=)
        compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word")
        ;;
    --color | --color=)
        mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$word")
        ;;
    --args | --args= | --kwargs | --kwargs= | -Q | --queue | --queue= | --in | --in= | --at | --at= | --expires | --expires= | -p | --priority | --priority= | --id | --id= | --unique | --unique= | --unique-for | --unique-for= | --max-retries | --max-retries= | --soft-time-limit | --soft-time-limit= | --time-limit | --time-limit= | --timeout | --timeout= | --max-queue | --max-queue= | -b | --broker | --broker= | --result-backend | --result-backend= | --connect-timeout | --connect-timeout=)
        :
        ;;
    *)
        if [[ $word == -* ]]; then
            mapfile -t COMPREPLY < <(compgen -W '--args --kwargs --literal --lines -0 --null -Q --queue --in --at --expires -p --priority --id --unique --unique-for --max-retries --soft-time-limit --time-limit --ignore-result --then --next --on-error --group --canvas -w --wait --timeout --raw --progress --json --max-queue --block --keep-going --dry-run -b --broker --result-backend --config --connect-timeout --color -q --quiet -v --verbose -h --help --version' -- "$word")
        else
            compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word")
        fi
        ;;
    esac
}

complete -F _tq_send tq-send
