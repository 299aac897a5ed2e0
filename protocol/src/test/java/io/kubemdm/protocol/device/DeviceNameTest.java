package io.kubemdm.protocol.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceNameTest {

    @Test
    void a_name_is_base32_of_the_keys_hash() {
        // SHA-256("abc") = ba7816bf 8f01cfea 414140de 5dae2223 b00361a3 …, RFC 4648 base32 in lower case.
        assertThat(DeviceName.of("abc".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                .isEqualTo("d-xj4bnp4pahh6uqkbidpf3lrceo");
    }

    @Property
    void a_name_is_a_device_id(@ForAll byte[] key) {
        String name = DeviceName.of(key);

        assertThat(name).hasSize(28).isEqualTo(name.toLowerCase(Locale.ROOT));
        assertThat(DeviceId.parse("corp/" + name)).isEqualTo(new DeviceId("corp", name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "corp", "corp/", "/d", "Corp/d", "corp/d/e", "co.rp/d", "corp/-d", "corp/d\n"})
    void anything_else_is_no_device_id(String text) {
        assertThatThrownBy(() -> DeviceId.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
