/**
 * A kind of port as a third party writes it, over the SPI alone: its ports exchange messages with the program through
 * memory. Start reading at {@link com.example.pipe.PipeType}; docs/port-kinds.md goes through it step by step.
 */
package com.example.pipe;
