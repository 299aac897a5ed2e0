package io.kubemdm.testbed.bench;

import io.kubemdm.bus.Principal;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** Who may log in to a broker that a benchmark has to itself. */
final class BenchPrincipals {

    static final Set<String> ALL =
            Arrays.stream(Principal.values()).map(Principal::user).collect(Collectors.toUnmodifiableSet());

    private BenchPrincipals() {}
}
