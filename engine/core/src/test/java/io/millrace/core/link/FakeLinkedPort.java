package io.millrace.core.link;

import io.millrace.spi.LinkCondition;
import io.millrace.spi.LinkedPort;
import io.millrace.spi.PortLink;

/** A port that has nothing on its interface. */
class FakeLinkedPort implements LinkedPort {
    private final PortLink link;

    FakeLinkedPort(PortLink link) {
        this.link = link;
    }

    @Override
    public PortLink link() {
        return link;
    }

    @Override
    public void loseLink() {}

    @Override
    public String advice(LinkCondition now) {
        return "nothing is received";
    }

    @Override
    public String whenBack() {
        return "the port is open on it";
    }

    @Override
    public String lastingLoss() {
        return null;
    }

    @Override
    public boolean letGo() {
        return true;
    }

    @Override
    public Reopened reopen() {
        return new Reopened(link.status().index(), true, link.status().mtu());
    }

    @Override
    public void resume() {}
}
