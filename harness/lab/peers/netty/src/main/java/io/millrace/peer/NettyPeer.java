package io.millrace.peer;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Locale;

/** A UDP sink or echo server, or a TCP echo server, on one event loop of Netty. README.md says with which settings. */
public final class NettyPeer {
    private static final int SOCKET_BUFFER = 4 << 20;
    private static final int DATAGRAM_SIZE = 2048;
    private static final int DATAGRAMS = 16;
    private static final int BACKLOG = 1024;

    private final Counts counts = new Counts();
    private final Transport transport;
    private final boolean busy;

    private NettyPeer(Transport transport, boolean busy) {
        this.transport = transport;
        this.busy = busy;
    }

    /** Runs until SIGTERM. */
    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 5) {
            System.err.println("usage: NettyPeer udp-sink|udp-echo|tcp-echo nio|epoll|io_uring busy|wait ADDRESS PORT");
            System.exit(2);
        }
        NettyPeer peer = new NettyPeer(Transport.valueOf(arguments[1].toUpperCase(Locale.ROOT)),
            arguments[2].equals("busy"));
        SocketAddress address = new InetSocketAddress(arguments[3], Integer.parseInt(arguments[4]));
        Channel channel = arguments[0].equals("tcp-echo") ? peer.listen(address)
            : peer.bind(address, arguments[0].equals("udp-echo"));
        peer.counts.tell(() -> pending(channel));
        channel.closeFuture().sync();
    }

    private Channel bind(SocketAddress address, boolean echo) throws InterruptedException {
        int datagrams = transport == Transport.NIO || transport == Transport.IO_URING && echo ? 1 : DATAGRAMS;
        Bootstrap bootstrap = new Bootstrap().group(transport.group(busy)).channelFactory(transport::datagramChannel)
            .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER).option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER)
            .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(DATAGRAM_SIZE * datagrams)
                .maxMessagesPerRead(DATAGRAMS))
            .handler(echo ? new Echo(counts) : new Sink(counts));
        if (datagrams > 1) {
            bootstrap.option(transport == Transport.EPOLL ? EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE
                : IoUringChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, DATAGRAM_SIZE);
        }
        return bootstrap.bind(address).sync().channel();
    }

    private Channel listen(SocketAddress address) throws InterruptedException {
        ServerBootstrap bootstrap = new ServerBootstrap().group(transport.group(busy))
            .channelFactory(transport::serverChannel).option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true).childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(new Echo(counts));
        if (transport == Transport.IO_URING) {
            bootstrap.childOption(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, Transport.BUFFER_GROUP);
        }
        return bootstrap.bind(address).sync().channel();
    }

    /** What was written and has not left. */
    private static long pending(Channel channel) {
        ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
        return queue == null ? 0 : queue.size();
    }

    private static int length(Object message) {
        return (message instanceof DatagramPacket datagram ? datagram.content() : (ByteBuf) message).readableBytes();
    }

    /** Looks at nothing and releases. */
    @Sharable
    private static class Sink extends ChannelInboundHandlerAdapter {
        final Counts counts;

        Sink(Counts counts) {
            this.counts = counts;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            counts.received(length(message));
            ReferenceCountUtil.release(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            System.err.println(cause);
            counts.failed();
        }
    }

    /** Writes back what comes, and flushes at the end of each round of reads; reads no more while the queue is long. */
    @Sharable
    private static final class Echo extends Sink {
        Echo(Counts counts) {
            super(counts);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            int length = length(message);
            counts.received(length);
            counts.sent(length);
            context.write(message instanceof DatagramPacket datagram
                ? new DatagramPacket(datagram.content(), datagram.sender()) : message, context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            context.channel().config().setAutoRead(context.channel().isWritable());
        }
    }
}
