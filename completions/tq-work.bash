# Completion of tq-work for bash, made by tq-work --generate-completion-script bash

_tq_work() {
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
            if ((index == COMP_CWORD - 1)) && [[ $word != */* ]]; then
                mapfile -t COMPREPLY < <(compgen -c -- "$word")
            else
                compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word")
            fi
            return
        fi
    done

    case $option in
    --tasks | --tasks=)
        compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$word")
        ;;
    --burst=)
        mapfile -t COMPREPLY < <(compgen -W 'wait' -- "$word")
        ;;
    -l | --log-level | --log-level=)
        mapfile -t COMPREPLY < <(compgen -W 'trace debug info notice warning error critical' -- "$word")
        ;;
    --log-format | --log-format=)
        mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$word")
        ;;
    --config | --config=)
        compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word")
        ;;
    --color | --color=)
        mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$word")
        ;;
    -Q | --queues | --queues= | --task | --task= | --time-limit | --time-limit= | --soft-time-limit | --soft-time-limit= | -c | --concurrency | --concurrency= | -n | --hostname | --hostname= | --prefetch | --prefetch= | --max-tasks | --max-tasks= | --max-time | --max-time= | -b | --broker | --broker= | --result-backend | --result-backend= | --connect-timeout | --connect-timeout=)
        :
        ;;
    *)
        [[ $word == -* ]] && mapfile -t COMPREPLY < <(compgen -W '-Q --queues --tasks --task --stream --time-limit --soft-time-limit -c --concurrency -n --hostname --prefetch --burst --beat --max-tasks --max-time --check -l --log-level --log-format -b --broker --result-backend --config --connect-timeout --color -q --quiet -v --verbose -h --help --version' -- "$word")
        ;;
    esac
}

complete -F _tq_work tq-work
