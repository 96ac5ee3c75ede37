package io.millrace.afxdp;

/** How frames are placed in the UMEM. */
enum Chunks {
    /** Each chunk starts at a multiple of its size, which is a power of two. */
    ALIGNED,
    /** Chunks of any size lie back to back, in huge pages ({@code XDP_UMEM_UNALIGNED_CHUNK_FLAG}). */
    UNALIGNED
}
