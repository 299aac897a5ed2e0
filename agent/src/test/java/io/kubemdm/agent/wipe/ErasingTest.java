package io.kubemdm.agent.wipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.agent.order.DepartureDecision;
import io.kubemdm.agent.store.RawDevices;
import io.kubemdm.protocol.message.CommandAcknowledged.Refusal;
import io.kubemdm.protocol.order.CommandType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ErasingTest {

    private static final EncryptedStorage SOME = new SimulatedStorage();
    private static final EncryptedStorage NONE = new Luks(new RawDevices(Path.of("/none")), "/none", List.of());

    static Stream<Arguments> cases() {
        return Stream.of(
                Arguments.of("an installed corporate device with storage erases", false, true, SOME, null),
                Arguments.of("a personal device never does", true, true, SOME, Refusal.Forbidden),
                Arguments.of("a developer's machine does not", false, false, SOME, Refusal.DestructiveNotAllowed),
                Arguments.of("nothing to erase is no erase", false, true, NONE, Refusal.Unsupported));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void refuses(String name, boolean personal, boolean allowed, EncryptedStorage storage, @Nullable Refusal expected) {
        assertThat(new Erasing(personal, allowed, storage).refused())
                .isEqualTo(
                        expected == null
                                ? Map.of()
                                : Map.of(CommandType.FullWipe, expected, CommandType.CryptoErase, expected));
    }

    @ParameterizedTest
    @CsvSource({
        "CryptoErase, Waiting, 599, false",
        "CryptoErase, Waiting, 600, true",
        "FullWipe, Acknowledged, 0, true",
        "FullWipe, Refused, 599, false",
        "FullWipe, Refused, 600, true",
        "Retire, Waiting, 1000000, false",
        "Retire, ShutOut, 599, false",
        "Retire, ShutOut, 600, true",
        "CryptoErase, ShutOut, 600, true",
        "Retire, Refused, 0, true",
        "Retire, Acknowledged, 0, true"
    })
    void the_identity_goes_with_the_acknowledgement_or_without_storage_after_ten_minutes(
            CommandType type, DepartureDecision.Post post, long seconds, boolean expected) {
        assertThat(DepartureDecision.mayLeave(type, post, Duration.ofSeconds(seconds)))
                .isEqualTo(expected);
    }
}
