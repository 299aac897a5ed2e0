package io.kubemdm.gateway.enroll;

import io.kubemdm.crds.Platform;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a device says of itself in request headers. EST's Basic request has no place for it; nothing here is proven, and
 * nothing but a token's allow-list looks at it.
 *
 * @param serial at most 64 printable ASCII characters, as the others
 */
record DeviceClaims(
        Platform platform,
        @Nullable String serial,
        @Nullable String model,
        @Nullable String vendor) {

    static final String PLATFORM = "Kubemdm-Platform";
    static final String SERIAL = "Kubemdm-Serial";
    static final String MODEL = "Kubemdm-Model";
    static final String VENDOR = "Kubemdm-Vendor";

    private static final Pattern PRINTABLE = Pattern.compile("[\\x20-\\x7e]{1,64}");

    /**
     * Reads the headers.
     *
     * @param header looks one up; may answer null
     * @throws Refused naming the header that is not acceptable
     */
    static DeviceClaims of(UnaryOperator<@Nullable String> header) {
        return new DeviceClaims(
                platform(header.apply(PLATFORM)),
                text(SERIAL, header.apply(SERIAL)),
                text(MODEL, header.apply(MODEL)),
                text(VENDOR, header.apply(VENDOR)));
    }

    private static Platform platform(@Nullable String name) {
        if (name == null) {
            return Platform.Linux;
        }
        Platform platform = Platform.of(name.strip());
        if (platform == Platform.Unrecognised) {
            throw new Refused(Refusal.badRequest("header " + PLATFORM + " is none of "
                    + Arrays.stream(Platform.values())
                            .filter(each -> each != Platform.Unrecognised)
                            .map(Enum::name)
                            .collect(Collectors.joining(", "))));
        }
        return platform;
    }

    private static @Nullable String text(String name, @Nullable String value) {
        if (value == null || value.isBlank()) {
            return null;
        }
        String stripped = value.strip();
        if (!PRINTABLE.matcher(stripped).matches()) {
            throw new Refused(Refusal.badRequest("header " + name + " must be at most 64 printable ASCII characters"));
        }
        return stripped;
    }
}
