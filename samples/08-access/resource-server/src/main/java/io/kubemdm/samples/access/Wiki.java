package io.kubemdm.samples.access;

import io.quarkus.security.Authenticated;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Something worth protecting. */
@Path("/wiki")
@Authenticated
public class Wiki {

    private final JsonWebToken token;

    Wiki(JsonWebToken token) {
        this.token = token;
    }

    /** Greets the device by the name in its token. */
    @GET
    public String page() {
        return "hello " + token.getSubject() + "\n";
    }
}
