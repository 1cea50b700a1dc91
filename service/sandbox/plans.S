// plans/*.json, as read-only data of the program.

        .section .rodata
        .global tcgate_sandbox_trro
        .hidden tcgate_sandbox_trro
tcgate_sandbox_trro:
        .incbin TCGATE_SANDBOX_TRRO
        .global tcgate_sandbox_trro_end
        .hidden tcgate_sandbox_trro_end
tcgate_sandbox_trro_end:

        .global tcgate_sandbox_trtc
        .hidden tcgate_sandbox_trtc
tcgate_sandbox_trtc:
        .incbin TCGATE_SANDBOX_TRTC
        .global tcgate_sandbox_trtc_end
        .hidden tcgate_sandbox_trtc_end
tcgate_sandbox_trtc_end:

        // Without this note the linker makes the stack executable.
        .section .note.GNU-stack,"",%progbits
