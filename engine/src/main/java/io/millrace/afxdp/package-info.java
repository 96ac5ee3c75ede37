/**
 * AF_XDP ports. {@link io.millrace.afxdp.XdpDataPath} and {@link io.millrace.afxdp.XdpQueue} run for each frame or batch;
 * everything else is cold, and {@link io.millrace.afxdp.AfXdpPortOpener} puts it together.
 */
package io.millrace.afxdp;
