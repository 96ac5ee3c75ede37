package io.millrace.afxdp;

import io.millrace.ring.FrameAudit;
import io.millrace.ring.Umem;
import io.millrace.spi.EngineLog;
import io.millrace.spi.FrameHolders;
import io.millrace.statistics.FrameCensus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;

/**
 * The ports whose queues use one UMEM: first the port that owns it, then those that name that port as their {@code
 * umem}. It accounts for the frames. That is only possible for all these ports together, because a frame that goes from
 * one of them to another changes its owner and not its place. Cold.
 */
public final class UmemUsers {
    private static final Logger LOG = EngineLog.of(UmemUsers.class);

    /** What the accounting needs to know of a port. */
    record User(int portId, String portName, XdpDataPath path, QueueRecovery recovery) {}

    private final PortMemory memory;
    private final List<User> users = new ArrayList<>();
    private final Map<User, FrameCensus> censuses = new HashMap<>();
    private FrameHolders holders = (portId, audit) -> {};

    UmemUsers(PortMemory memory) {
        this.memory = memory;
    }

    PortMemory memory() {
        return memory;
    }

    /** The place that the next port gets among the users. */
    short nextPlace() {
        return (short) users.size();
    }

    void add(User user) {
        users.add(user);
    }

    /**
     * All ports of the poller are open. If several use this UMEM, their queues record from now on which of them gave a
     * frame to the kernel. Before the poller starts; idempotent.
     *
     * @param others reports the frames that are held outside the ports
     */
    void complete(FrameHolders others) {
        holders = others;
        if (users.size() > 1 && memory.ledger() == null) {
            memory.keepLedger();
            users.forEach(user -> user.recovery().keepLedger());
        }
    }

    /**
     * Reports the frames that are neither free nor in the kernel: they are held outside the ports, or about to be sent.
     * Only the poller's thread may call this.
     */
    void auditHeld(FrameAudit audit) {
        for (User user : users) {
            holders.audit(user.portId(), audit);
            user.path().auditStaged(audit);
        }
    }

    /**
     * Tells where a port's frames are while the engine runs. It is an estimate, for any thread. The frames of the UMEM
     * are counted at the port that owns it, those with stages and leases at the port that received them.
     */
    FrameCensus estimate(User user, int inStages, int leased) {
        if (user != users.getFirst()) {
            return new FrameCensus(0, 0, 0, inStages, leased, 0);
        }
        int frames = memory.umem().frameCount();
        int inRings = inRings();
        int following = memory.following();
        int free = Math.clamp(frames - inRings - inStages - leased - following, 0, frames);
        return new FrameCensus(frames, free, inRings, inStages, leased, 0, following);
    }

    private int inRings() {
        return users.stream().mapToInt(user -> user.path().inRings()).sum();
    }

    /**
     * Tells where a port's frames are at the close, found one by one. The first call ends the kernel's use of the
     * memory. The poller and the link thread must have ended.
     *
     * @param whereabouts reports the frames that are held outside the ports
     */
    FrameCensus census(User user, FrameHolders whereabouts) {
        if (censuses.isEmpty()) {
            users.forEach(UmemUsers::closeSockets);
            audit(whereabouts);
        }
        return censuses.get(user);
    }

    /** Finishes an exchange that the poller and the link thread had begun, then ends the kernel's use of the memory. */
    private static void closeSockets(User user) {
        user.path().takeBrought();
        user.recovery().collectRest();
        user.recovery().device().closeSockets();
    }

    /**
     * Frames that the kernel had taken out of a ring are in no ring, so they can't be found. Their number is known: it
     * is what was offered and queued and never came back.
     */
    private void audit(FrameHolders whereabouts) {
        Umem umem = memory.umem();
        FrameAudit audit = memory.newAudit();
        auditOwn(audit);
        for (User user : users) {
            int inStages = audit.count(FrameAudit.Place.STAGE);
            int leased = audit.count(FrameAudit.Place.LEASE);
            whereabouts.audit(user.portId(), audit);
            inStages = audit.count(FrameAudit.Place.STAGE) - inStages;
            leased = audit.count(FrameAudit.Place.LEASE) - leased;
            censuses.put(user, new FrameCensus(0, 0, 0, inStages, leased, 0));
        }
        int following = audit.count(FrameAudit.Place.SEGMENT);
        int held = audit.count(FrameAudit.Place.STAGE) + audit.count(FrameAudit.Place.LEASE) + following;
        int expected = audit.count(FrameAudit.Place.POOL) + held + inRings();
        int lost = audit.duplicates() + audit.outside() + Math.abs(umem.frameCount() - expected) + miscounted();
        User owner = users.getFirst();
        if (lost != 0) {
            LOG.error(
                    "port {}: the frames at close do not add up, {} expected in rings: {}",
                    owner.portName(),
                    inRings(),
                    audit);
        }
        FrameCensus own = censuses.get(owner);
        int free = umem.frameCount() - held - lost;
        censuses.put(owner, new FrameCensus(umem.frameCount(), free, 0, own.inStages(), own.leased(), lost, following));
    }

    /** Reports the frames that are free or in rings. */
    void auditOwn(FrameAudit audit) {
        audit.add(memory.pool());
        for (User user : users) {
            user.path().auditRings(audit);
            user.recovery().audit(audit);
        }
    }

    /** By how many frames the searches after the loss of interfaces were wrong; 0 unless the engine has a bug. */
    int miscounted() {
        return users.stream().mapToInt(user -> user.recovery().miscounted()).sum();
    }
}
