"""What the commands end with."""

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_WRONG_USE = 2
#: 128 + SIGINT, as shells report a program that Ctrl-C stopped
EXIT_INTERRUPTED = 130
#: 128 + SIGPIPE: the reader of our output (``head``) had enough
EXIT_PIPE_CLOSED = 141
