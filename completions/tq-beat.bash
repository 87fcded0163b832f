# Completion of tq-beat for bash, made by tq-beat --generate-completion-script bash

_tq_beat() {
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
    --crontab | --crontab=)
        compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word")
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
    --next= | -b | --broker | --broker= | --result-backend | --result-backend= | --connect-timeout | --connect-timeout=)
        :
        ;;
    *)
        [[ $word == -* ]] && mapfile -t COMPREPLY < <(compgen -W '--crontab --once --next --json --check -l --log-level --log-format -b --broker --result-backend --config --connect-timeout --color -q --quiet -v --verbose -h --help --version' -- "$word")
        ;;
    esac
}

complete -F _tq_beat tq-beat
