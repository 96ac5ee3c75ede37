/**
 * AF_XDP ports. {@code XdpDataPath}, {@code XdpQueue} and {@code QueueWaker} run for each frame or batch, as {@code
 * SegmentedDataPath} and {@code SegmentedQueue} do with {@code multi-buffer = on}. Everything else is cold, and {@link
 * io.millrace.afxdp.AfXdpPortOpener} puts it together.
 */
package io.millrace.afxdp;
