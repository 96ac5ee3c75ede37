package io.millrace.afxdp;

/** How frames lie in the UMEM. */
enum Chunks {
    /** Each at a multiple of its size, which is a power of two. */
    ALIGNED,
    /** Back to back whatever their size, in huge pages ({@code XDP_UMEM_UNALIGNED_CHUNK_FLAG}). */
    UNALIGNED
}
