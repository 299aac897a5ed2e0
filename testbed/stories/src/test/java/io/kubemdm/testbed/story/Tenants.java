package io.kubemdm.testbed.story;

import java.util.Locale;

/** The stories' tenants, in the order in which their devices enrol ahead of need. */
enum Tenants {
    COMPLIANCE(1),
    DRIFT(1),
    ACME(3),
    WIPES(2),
    REBUILD(2),
    LIMITS(1),
    PLAN(3),
    STEADY(2),
    TAMPERED(2),
    FLAGS(2);

    private final int devices;

    Tenants(int devices) {
        this.devices = devices;
    }

    /** How many devices its story needs. */
    int devices() {
        return devices;
    }

    /** The tenant's namespace. */
    String namespace() {
        return name().toLowerCase(Locale.ROOT);
    }
}
