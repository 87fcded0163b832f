# Completion of tq-result for fish, made by tq-result --generate-completion-script fish

complete -c tq-result -f
complete -c tq-result -s w -l wait -d 'wait until the tasks are finished'
complete -c tq-result -l timeout -x -d 'with --wait: give up after this, status 124'
complete -c tq-result -s f -l follow -d 'with --wait: show their progress'
complete -c tq-result -l json -d 'one JSON object a line, as they finish'
complete -c tq-result -l state -d 'print only the state'
complete -c tq-result -l raw -d 'print unchanged on a terminal too'
complete -c tq-result -l forget -d 'delete the stored result'
complete -c tq-result -s b -l broker -x -d 'sqlite:PATH, redis://HOST/DB or unix://SOCKET'
complete -c tq-result -l result-backend -x -d 'where results are, if not in the broker'
complete -c tq-result -l config -r -F -d 'settings file, instead of the usual tq.toml'
complete -c tq-result -l connect-timeout -x -d 'longest wait for a connection (default 2s)'
complete -c tq-result -l color -x -a 'auto always never' -d 'auto (on a terminal), always or never'
complete -c tq-result -s q -l quiet -d 'print errors only'
complete -c tq-result -s v -l verbose -d 'print more about what is done'
complete -c tq-result -s h -l help -d 'print this page and exit'
complete -c tq-result -l version -d 'print the version and exit'
