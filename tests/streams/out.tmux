# What tmux in an xterm sent for these gestures, recorded. A line is a stretch of bytes, \e for ESC; = NAME: the screen is as in
# golden/cells/NAME.txt; @ MS: so long nothing comes.
\e[I
\e[O
\e[I
\e[<0;41;5M
\e[<32;41;8M
\e[<32;41;11M
\e[<32;42;15M
\e[<32;42;18M
\e[<32;42;21M
\e[<32;42;24M
@ 320
= drag-out-below
\e[<32;42;21M
\e[<32;42;18M
\e[<32;42;16M
\e[<32;42;13M
\e[<32;42;10M
\e[<32;42;7M
= drag-out-back
\e[<0;42;7m
= drag-out-kept
\e[<0;25;6M
\e[<32;25;7M
= drag-out-unpainting
\e
\e[<0;25;7m
= drag-out-escaped
\e[<67;25;7M
\e[<67;25;7m
\e[<66;25;7m
\e[<65;31;9M
= drag-out-wheeled
