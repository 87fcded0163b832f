# Completion of tq-beat for fish, made by tq-beat --generate-completion-script fish

complete -c tq-beat -f
complete -c tq-beat -l crontab -r -F -d 'lines as in crontab(5), with tasks to send'
complete -c tq-beat -l once -d 'send what is due and exit, for use from cron'
complete -c tq-beat -l next -d 'print the next N firings of every entry'
complete -c tq-beat -l json -d 'with --next: one object a line'
complete -c tq-beat -l check -d 'check settings and broker, print the plan'
complete -c tq-beat -s l -l log-level -x -a 'trace debug info notice warning error critical' -d 'trace debug info notice warning error ...'
complete -c tq-beat -l log-format -x -a 'text json' -d 'text or json'
complete -c tq-beat -s b -l broker -x -d 'sqlite:PATH, redis://HOST/DB or unix://SOCKET'
complete -c tq-beat -l result-backend -x -d 'where results are, if not in the broker'
complete -c tq-beat -l config -r -F -d 'settings file, instead of the usual tq.toml'
complete -c tq-beat -l connect-timeout -x -d 'longest wait for a connection (default 2s)'
complete -c tq-beat -l color -x -a 'auto always never' -d 'auto (on a terminal), always or never'
complete -c tq-beat -s q -l quiet -d 'print errors only'
complete -c tq-beat -s v -l verbose -d 'print more about what is done'
complete -c tq-beat -s h -l help -d 'print this page and exit'
complete -c tq-beat -l version -d 'print the version and exit'
