package io.kubemdm.testbed.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FleetsWantedTest {

    @TempDir
    private Path folder;

    @Test
    void aFleetIsWantedOnceInANamespace() {
        FleetsWanted wanted = FleetsWanted.of(new RegionFolder(folder));
        assertThat(wanted.read()).isEmpty();

        wanted.want("staged", List.of("--count=5", "--offline=0%"));

        assertThat(wanted.read())
                .containsOnlyKeys("staged")
                .containsEntry("staged", List.of("--count=5", "--offline=0%"));
        assertThatIllegalStateException()
                .isThrownBy(() -> wanted.want("staged", List.of("--count=6")))
                .withMessageContaining("choose another one with NAMESPACE=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "../agents", "a/b", "UPPER", "-a", ".hidden"})
    void whatIsNoNamespaceIsRefused(String name) {
        FleetsWanted wanted = FleetsWanted.of(new RegionFolder(folder));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> wanted.want(name, List.of()))
                .withMessageContaining("NAMESPACE=" + name);
        assertThat(wanted.read()).isEmpty();
    }
}
