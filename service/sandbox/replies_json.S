// replies.json, as read-only data of the program.

        .section .rodata
        .global tcgate_sandbox_replies
        .hidden tcgate_sandbox_replies
tcgate_sandbox_replies:
        .incbin TCGATE_SANDBOX_REPLIES
        .global tcgate_sandbox_replies_end
        .hidden tcgate_sandbox_replies_end
tcgate_sandbox_replies_end:

        // Without this note the linker makes the stack executable.
        .section .note.GNU-stack,"",%progbits
