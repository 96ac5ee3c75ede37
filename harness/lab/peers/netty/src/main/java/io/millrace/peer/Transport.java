package io.millrace.peer;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SelectStrategy;
import io.netty.channel.SelectStrategyFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUringBufferRingConfig;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringFixedBufferRingAllocator;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.nio.channels.spi.SelectorProvider;

/** Netty's transports on Linux, each with one event loop. On io_uring it always waits: README.md says why. */
enum Transport {
    NIO {
        @Override
        IoHandlerFactory handler(boolean busy) {
            return NioIoHandler.newFactory(SelectorProvider.provider(), busy ? POLL : SLEEP);
        }

        @Override
        DatagramChannel datagramChannel() {
            return new NioDatagramChannel(SocketProtocolFamily.INET);
        }

        @Override
        ServerChannel serverChannel() {
            return new NioServerSocketChannel();
        }
    },
    EPOLL {
        @Override
        IoHandlerFactory handler(boolean busy) {
            return EpollIoHandler.newFactory(0, busy ? SPIN : SLEEP);
        }

        @Override
        DatagramChannel datagramChannel() {
            return new EpollDatagramChannel(SocketProtocolFamily.INET);
        }

        @Override
        ServerChannel serverChannel() {
            return new EpollServerSocketChannel();
        }
    },
    IO_URING {
        @Override
        IoHandlerFactory handler(boolean busy) {
            return IoUringIoHandler.newFactory(new IoUringIoHandlerConfig().setBufferRingConfig(
                IoUringBufferRingConfig.builder().bufferGroupId(BUFFER_GROUP).bufferRingSize(BUFFERS)
                    .batchSize(BUFFERS / 4).allocator(new IoUringFixedBufferRingAllocator(BUFFER_SIZE)).build()));
        }

        @Override
        DatagramChannel datagramChannel() {
            return new IoUringDatagramChannel(SocketProtocolFamily.INET);
        }

        @Override
        ServerChannel serverChannel() {
            return new IoUringServerSocketChannel();
        }
    };

    /** The ring of buffers that streams receive into; the datagram channel does not use one. */
    static final short BUFFER_GROUP = 1;
    private static final short BUFFERS = 256;
    private static final int BUFFER_SIZE = 16 << 10;

    private static final SelectStrategyFactory SLEEP =
        () -> (supplier, hasTasks) -> hasTasks ? supplier.get() : SelectStrategy.SELECT;
    /** The selector is asked and never waited for: NIO has no busy wait of its own. */
    private static final SelectStrategyFactory POLL = () -> (supplier, hasTasks) -> supplier.get();
    private static final SelectStrategyFactory SPIN =
        () -> (supplier, hasTasks) -> hasTasks ? supplier.get() : SelectStrategy.BUSY_WAIT;

    abstract IoHandlerFactory handler(boolean busy);

    abstract DatagramChannel datagramChannel();

    abstract ServerChannel serverChannel();

    /** Its event loop, of one thread. */
    MultiThreadIoEventLoopGroup group(boolean busy) {
        return new MultiThreadIoEventLoopGroup(1, handler(busy));
    }
}
