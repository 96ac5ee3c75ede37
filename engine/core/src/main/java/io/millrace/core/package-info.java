/**
 * Puts engines together, watches them and takes them apart, for programs that start them by {@link
 * io.millrace.Engine#builder}. It is cold code, but for what it calls in {@link io.millrace.core.path}.
 * {@code EngineAssembly} makes the {@code EngineParts}, of which each {@code Lane} is a poller with its ports and
 * stages; {@code RunningEngine} starts their threads; {@code EngineShutdown} is the way back.
 */
package io.millrace.core;
