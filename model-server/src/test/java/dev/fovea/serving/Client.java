package dev.fovea.serving;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Speaks to a server in its own words. */
record Client(URI server) {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final JsonMapper JSON = JsonMapper.builder().build();

  record Reply(int status, java.net.http.HttpHeaders headers, byte[] body) {
    JsonNode json() {
      return JSON.readTree(body);
    }

    String error() {
      return json().path("error").stringValue();
    }

    String header(String name) {
      return headers.firstValue(name).orElse("");
    }
  }

  Reply get(String path) {
    return send(HttpRequest.newBuilder(server.resolve(path)).GET());
  }

  Reply infer(String json) {
    return post("/v2/models/lamp/infer", json.getBytes(StandardCharsets.UTF_8));
  }

  Reply post(String path, byte[] body, String... headers) {
    var request =
        HttpRequest.newBuilder(server.resolve(path)).POST(BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request);
  }

  Reply send(HttpRequest.Builder request) {
    try {
      HttpResponse<byte[]> response = HTTP.send(request.build(), BodyHandlers.ofByteArray());
      return new Reply(response.statusCode(), response.headers(), response.body());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An infer request for images of one brightness each, as FP32. */
  static String pixels(double... brightness) {
    var data = new StringBuilder();
    for (double each : brightness) {
      for (int i = 0; i < 16; i++) {
        data.append(data.isEmpty() ? "" : ",").append(each);
      }
    }
    return """
    {"id": "q1", "inputs": [{"name": "pixels", "shape": [%d, 1, 4, 4], "datatype": "FP32", "data": [%s]}]}\
    """
        .formatted(brightness.length, data);
  }
}
