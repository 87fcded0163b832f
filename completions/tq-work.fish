# Completion of tq-work for fish, made by tq-work --generate-completion-script fish

# After -- comes another program, with completions of its own.
function __tq-work_command
    set -l words (commandline -opc)
    set -l terminator (contains -i -- -- $words)
    set -l before (string escape -- $words[(math $terminator + 1)..-1])
    complete -C (string join ' ' -- $before (commandline -ct))
end

complete -c tq-work -f
complete -c tq-work -n 'contains -- -- (commandline -opc)' -a '(__tq-work_command)'
complete -c tq-work -s Q -l queues -x -d 'separated by commas; default celery'
complete -c tq-work -l tasks -x -a '(__fish_complete_directories)' -d 'the tasks directory; default ./tasks'
complete -c tq-work -l task -x -d 'run COMMAND for this task only; repeatable'
complete -c tq-work -l stream -d 'keep COMMAND running; one answer line per task'
complete -c tq-work -l time-limit -x -d 'kill a task\'s command after this time'
complete -c tq-work -l soft-time-limit -x -d 'send it SIGTERM after this time'
complete -c tq-work -s c -l concurrency -x -d 'tasks at once; default the number of cores'
complete -c tq-work -s n -l hostname -x -d 'default tq@%h; %h %n %d as in Celery'
complete -c tq-work -l prefetch -x -d 'tasks held ahead for each running one'
complete -c tq-work -l burst -a 'wait' -d 'stop when the queues are empty'
complete -c tq-work -l beat -d 'also send periodic tasks, as tq-beat does'
complete -c tq-work -l max-tasks -x -d 'stop after this many tasks'
complete -c tq-work -l max-time -x -d 'stop after this time'
complete -c tq-work -l check -d 'check settings and commands, print the plan'
complete -c tq-work -s l -l log-level -x -a 'trace debug info notice warning error critical' -d 'trace debug info notice warning error ...'
complete -c tq-work -l log-format -x -a 'text json' -d 'text or json'
complete -c tq-work -s b -l broker -x -d 'sqlite:PATH, redis://HOST/DB or unix://SOCKET'
complete -c tq-work -l result-backend -x -d 'where results are, if not in the broker'
complete -c tq-work -l config -r -F -d 'settings file, instead of the usual tq.toml'
complete -c tq-work -l connect-timeout -x -d 'longest wait for a connection (default 2s)'
complete -c tq-work -l color -x -a 'auto always never' -d 'auto (on a terminal), always or never'
complete -c tq-work -s q -l quiet -d 'print errors only'
complete -c tq-work -s v -l verbose -d 'print more about what is done'
complete -c tq-work -s h -l help -d 'print this page and exit'
complete -c tq-work -l version -d 'print the version and exit'
