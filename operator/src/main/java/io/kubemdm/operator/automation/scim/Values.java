package io.kubemdm.operator.automation.scim;

import de.captaingoldfish.scim.sdk.common.constants.ScimType;
import de.captaingoldfish.scim.sdk.common.exceptions.BadRequestException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps records small, whatever a request says. */
final class Values {

    /** Characters of {@code userName} and {@code externalId}: those of {@code Device.spec.owner}. */
    static final int IDENTIFIER = 128;

    /** Characters of a name for people. */
    static final int DISPLAY = 256;

    private Values() {}

    /** A text that must be there. */
    static String required(String attribute, Optional<String> value, int most) {
        String text = optional(attribute, value, most);
        if (text == null || text.isBlank()) {
            throw refused(attribute, "must not be empty");
        }
        return text;
    }

    /** A text that may be absent. */
    static @Nullable String optional(String attribute, Optional<String> value, int most) {
        String text = value.orElse(null);
        if (text != null && text.length() > most) {
            throw refused(attribute, "is longer than " + most + " characters");
        }
        return text;
    }

    /** 400 {@code invalidValue}. */
    static BadRequestException refused(String attribute, String remedy) {
        return new BadRequestException(attribute + ": " + remedy, ScimType.RFC7644.INVALID_VALUE);
    }
}
