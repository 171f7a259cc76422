# What tmux in an xterm sent for these gestures, recorded. A line is a stretch of bytes, \e for ESC; = NAME: the screen is as in
# golden/cells/NAME.txt; @ MS: so long nothing comes.
\e[I
\e[O
\e[I
\e[<0;31;5M
\e[<32;31;6M
\e[<32;32;6M
\e[<32;32;7M
= drag-carry-painted
\e[<32;28;7M
\e[<32;24;7M
\e[<32;21;7M
\e[<32;17;6M
\e[<32;13;6M
\e[<32;9;6M
= drag-carry-waits
\e[<32;9;5M
\e[<32;10;5M
\e[<32;10;4M
= drag-carry-lit
\e[<32;9;6M
\e[<32;9;8M
\e[<32;8;10M
\e[<32;7;12M
\e[<32;7;14M
\e[<32;6;16M
= drag-carry-beside
\e[<32;7;14M
\e[<32;7;12M
\e[<32;8;10M
\e[<32;8;8M
\e[<32;9;6M
\e[<32;9;4M
\e[<0;9;4m
= drag-carry-asked
