package io.kubemdm.crds.policybundle;

/** CEL that turns a duration of the API into seconds: CEL's own {@code duration()} knows no days. */
final class Seconds {
    static final String OF_SELF = "(self.findAll('[0-9]+d').map(v, int(v.replace('d', ''))).sum() * 86400"
            + " + self.findAll('[0-9]+h').map(v, int(v.replace('h', ''))).sum() * 3600"
            + " + self.findAll('[0-9]+m').map(v, int(v.replace('m', ''))).sum() * 60"
            + " + self.findAll('[0-9]+s').map(v, int(v.replace('s', ''))).sum())";

    static final String OF_AFTER = "(a.after.findAll('[0-9]+d').map(v, int(v.replace('d', ''))).sum() * 86400"
            + " + a.after.findAll('[0-9]+h').map(v, int(v.replace('h', ''))).sum() * 3600"
            + " + a.after.findAll('[0-9]+m').map(v, int(v.replace('m', ''))).sum() * 60"
            + " + a.after.findAll('[0-9]+s').map(v, int(v.replace('s', ''))).sum())";

    private Seconds() {}
}
