package io.kubemdm.operator.rollout;

import io.kubemdm.operator.rollout.RolloutDecision.Counts;

/** Counts for a test, by name; what is not named is zero. */
record Devices(Counts counts) {

    static Devices eligible(int devices) {
        return new Devices(Counts.eligible(devices));
    }

    Devices held(int n) {
        return with(n, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    Devices pending(int n) {
        return with(0, n, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    Devices offline(int n) {
        return with(0, 0, n, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    Devices settling(int n) {
        return with(0, 0, 0, n, 0, 0, 0, 0, 0, 0, 0);
    }

    Devices succeeded(int n) {
        return with(0, 0, 0, 0, n, 0, 0, 0, 0, 0, 0);
    }

    Devices failed(int n) {
        return with(0, 0, 0, 0, 0, n, 0, 0, 0, 0, 0);
    }

    Devices rejected(int n) {
        return with(0, 0, 0, 0, 0, 0, n, 0, 0, 0, 0);
    }

    Devices timedOut(int n) {
        return with(0, 0, 0, 0, 0, 0, 0, n, 0, 0, 0);
    }

    Devices regressed(int n) {
        return with(0, 0, 0, 0, 0, 0, 0, 0, n, 0, 0);
    }

    Devices superseded(int n) {
        return with(0, 0, 0, 0, 0, 0, 0, 0, 0, n, 0);
    }

    Devices returning(int n) {
        return with(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, n);
    }

    private Devices with(int... more) {
        return new Devices(new Counts(
                counts.eligible(),
                counts.held() + more[0],
                counts.pending() + more[1],
                counts.offline() + more[2],
                counts.settling() + more[3],
                counts.succeeded() + more[4],
                counts.failed() + more[5],
                counts.rejected() + more[6],
                counts.timedOut() + more[7],
                counts.regressed() + more[8],
                counts.superseded() + more[9],
                counts.returning() + more[10]));
    }
}
