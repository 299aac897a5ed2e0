package io.kubemdm.agent.driver;

import java.util.List;

/** A driver of what is measured and judged, and not set: there is nothing to plan, to hold or to put back. */
abstract class MeasuredDriver implements Driver {

    private final String unsupported;

    /** A driver that refuses to set anything, saying {@code unsupported}. */
    MeasuredDriver(String unsupported) {
        this.unsupported = unsupported;
    }

    @Override
    public final List<Target> plan(List<Setting> effective) {
        return List.of();
    }

    @Override
    public final boolean holds(Target target, Prior prior) {
        return false;
    }

    @Override
    public final void set(Target target, Prior prior) {
        throw new SettingRefused("UnsupportedSetting", unsupported);
    }

    @Override
    public final Prior capture(String target) {
        return new Prior(null);
    }

    @Override
    public final void restore(String target, Prior prior) {}
}
