// The descriptor set of `proto/`, as read-only data of the program.

        .section .rodata
        .balign 16
        .global tcgate_embedded_descriptors
        .hidden tcgate_embedded_descriptors
tcgate_embedded_descriptors:
        .incbin TCGATE_CATALOG_BINPB
        .global tcgate_embedded_descriptors_end
        .hidden tcgate_embedded_descriptors_end
tcgate_embedded_descriptors_end:

        // Without this note the linker makes the stack executable.
        .section .note.GNU-stack,"",%progbits
