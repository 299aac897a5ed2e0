package io.kubemdm.operator.flag;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kubemdm.protocol.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;

/** A server that speaks OFREP's single flag evaluation; what it answers is a test's. */
final class OfrepServer implements AutoCloseable {

    /** An answer: status and body. */
    record Answer(int status, String body) {

        static Answer flag(boolean value, String reason) {
            return new Answer(
                    200,
                    "{\"key\": \"gate\", \"reason\": \"" + reason + "\", \"variant\": \"v\", \"value\": " + value
                            + "}");
        }
    }

    private final HttpServer server;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile String authorization = "";
    private volatile BiFunction<String, JsonNode, Answer> answers = (key, context) -> Answer.flag(false, "STATIC");

    OfrepServer(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/base/ofrep/v1/evaluate/flags/", this::answer);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/base/");
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Answers by key and context from now on. */
    void answer(BiFunction<String, JsonNode, Answer> next) {
        answers = next;
    }

    /** Targeting keys in the order in which they were asked about. */
    List<String> asked() {
        return asked;
    }

    String authorization() {
        return authorization;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode context = Json.read(exchange.getRequestBody().readAllBytes(), JsonNode.class)
                    .path("context");
            asked.add(context.path("targetingKey").asText());
            authorization = String.valueOf(exchange.getRequestHeaders().getFirst("authorization"));
            String path = exchange.getRequestURI().getPath();
            Answer answer = exchange.getRequestMethod().equals("POST")
                    ? answers.apply(path.substring(path.lastIndexOf('/') + 1), context)
                    : new Answer(405, "");
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("content-type", "application/json");
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
