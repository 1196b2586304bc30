package dev.fovea.lab.agent.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dsse.Envelope;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.lab.AgentCalls;
import dev.fovea.lab.ProfileJob.State;
import dev.fovea.lab.agent.Assignment;
import dev.fovea.lab.agent.TinyModel;
import dev.fovea.lab.remote.LabServer;
import dev.fovea.roles.NotAllowed;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Devices that are in the lab and hand in what they should not. The codes in brackets are those of
 * docs/scorecard.md.
 */
class ResultAttacksTest {
  private static int count;
  @TempDir private static Path folder;
  private static LabServer server;
  private static Digest model;

  @BeforeAll
  static void start() throws Exception {
    server = new LabServer().start();
    model = server.objects().put(TinyModel.bytes());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HandAgent device() {
    var name = "attacker-" + count++;
    return HandAgent.joined(server, name, "", folder.resolve(name));
  }

  private static Digest request(HandAgent device) {
    return server.request("p-" + count++, device.device.text(), model, 60).id();
  }

  /** [L1, L8] */
  @Test
  void noDeviceReportsForAnother() {
    try (var a = device();
        var b = device()) {
      var job = request(b);
      var given = b.poll().orElseThrow();
      var ofB = b.signed(b.statement(given, HandAgent.samples(given)));
      assertRefused(() -> a.handIn(job, ofB), "the device's key did not sign this");
      var inBsName =
          a.key.sign(
              AgentCalls.STATEMENT_TYPE,
              new String(
                  java.util.Base64.getDecoder().decode(ofB.payload()), StandardCharsets.UTF_8));
      assertRefused(() -> a.handIn(job, inBsName), "signed for another device or job");
      assertThatThrownBy(() -> a.handIn(given))
          .isInstanceOfSatisfying(
              Problem.class, e -> assertThat(e.kind()).isEqualTo(Problem.Kind.CONFLICT));
      assertThat(server.lab().job(job).state()).isEqualTo(State.RUNNING);
      b.handIn(given);
    }
  }

  /** [L4] */
  @Test
  void noDeviceReadsWhatItWasNotGiven() throws Exception {
    var other = server.objects().put("another project's".getBytes(StandardCharsets.UTF_8));
    try (var device = device()) {
      assertNotGiven(device, model);
      request(device);
      var given = device.poll().orElseThrow();
      assertNotGiven(device, other);
      try (var in = device.link.model(model)) {
        assertThat(Digest.sha256(in)).isEqualTo(model);
      }
      device.handIn(given);
      assertNotGiven(device, model);
    }
  }

  private static void assertNotGiven(HandAgent device, Digest digest) {
    assertThatThrownBy(() -> device.link.model(digest)).hasMessageContaining("answered 403");
  }

  /** [L5] */
  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, -1, 0, Double.POSITIVE_INFINITY, 1e-9, 1e9})
  void latenciesThatCannotBeEndTheJobAndNothingIsKept(double latency) {
    try (var device = device()) {
      var job = request(device);
      var given = device.poll().orElseThrow();
      var samples = new ArrayList<>(HandAgent.samples(given));
      samples.set(30, latency);
      assertImplausible(device, job, device.signed(device.statement(given, samples)));
    }
  }

  /** [L5] */
  @Test
  void tooManyOrTooFewSamplesAreRefused() {
    for (int samples : List.of(0, 59, 61, 100_000)) {
      try (var device = device()) {
        var job = request(device);
        var given = device.poll().orElseThrow();
        assertImplausible(
            device,
            job,
            device.signed(device.statement(given, Collections.nCopies(samples, 0.002))));
      }
    }
  }

  /** [L5] */
  @Test
  void aMeasurementOfSomethingElseIsRefused() {
    try (var device = device()) {
      var job = request(device);
      var given = device.poll().orElseThrow();
      var easier = new Assignment(Digest.sha256(new byte[1]), List.of(1L), 0, 60);
      assertImplausible(
          device,
          job,
          device.signed(device.statement(job, given.fence(), easier, HandAgent.samples(given))));
    }
  }

  private static void assertImplausible(HandAgent device, Digest job, Envelope envelope) {
    assertThatThrownBy(() -> device.handIn(job, envelope))
        .isInstanceOfSatisfying(
            Problem.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Problem.Kind.INVALID);
              assertThat(e.explanation()).contains("reported what cannot be");
            });
    assertThat(server.lab().job(job).state()).isEqualTo(State.FAILED);
    assertThat(server.lab().profiles(device.device)).isEmpty();
  }

  /** [L3] */
  @Test
  void aSignatureThatDoesNotFitChangesNothingButTheAuditLog() {
    try (var device = device()) {
      var job = request(device);
      var given = device.poll().orElseThrow();
      var good = device.signed(device.statement(given, HandAgent.samples(given)));
      var better = device.signed(device.statement(given, Collections.nCopies(60, 0.001)));
      var swapped = new Envelope(good.payloadType(), better.payload(), good.signatures());
      var retyped =
          device.key.sign("application/json", java.util.Base64.getDecoder().decode(good.payload()));
      for (var envelope : List.of(swapped, retyped)) {
        assertRefused(() -> device.handIn(job, envelope), "the device's key did not sign this");
      }
      assertThat(server.lab().job(job).state()).isEqualTo(State.RUNNING);
      LabServer.until(
          "two refusals in the audit log",
          () ->
              server.heard().audited.stream()
                      .filter(act -> act.object().equals(job.toString()))
                      .filter(act -> act.outcome().startsWith("refused: "))
                      .count()
                  == 2);
      device.handIn(job, good);
    }
  }

  /** [L3] */
  @Test
  void anEarlierResultIsNoResultOfALaterJob() {
    try (var device = device()) {
      var first = request(device);
      var given = device.poll().orElseThrow();
      var envelope = device.signed(device.statement(given, HandAgent.samples(given)));
      device.handIn(first, envelope);
      var second = request(device);
      var next = device.poll().orElseThrow();
      assertRefused(() -> device.handIn(second, envelope), "signed for another device or job");
      assertThatThrownBy(() ->
              device.handIn(
                  second,
                  device.signed(
                      device.statement(
                          second, given.fence(), next.assignment(), HandAgent.samples(next)))))
          .hasMessageContaining("has ended");
      device.handIn(next);
    }
  }

  /** [L3] */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "{}",
        "{\"payloadType\":null,\"payload\":\"\",\"signatures\":[{\"sig\":\"AA==\"}]}",
        "{\"payloadType\":\"t\",\"payload\":null,\"signatures\":[{\"sig\":\"AA==\"}]}",
        "{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":null}",
        "{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":[]}",
        "{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":[null]}",
        "{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":[{\"keyid\":null,\"sig\":null}]}"
      })
  void anEnvelopeWithoutItsPartsIsRefusedInWords(String envelope) throws Exception {
    var join = "{\"code\":\"x\",\"key\":\"x\",\"facts\":{},\"proof\":%s}".formatted(envelope);
    for (var call : List.of(List.of("token", envelope), List.of("join", join))) {
      var request =
          HttpRequest.newBuilder(
                  URI.create(server.address() + "/api/v1/lab/agents/" + call.getFirst()))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(call.getLast()))
              .build();
      try (var http = HttpClient.newHttpClient()) {
        var answer = http.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isIn(400, 422);
        assertThat(answer.body()).contains("remedy").doesNotContain("Exception", "dev.fovea.dsse");
      }
    }
  }

  /** [A8] */
  @Test
  void aBodyOfNineMegabytesIsRefusedBeforeItIsRead() throws Exception {
    var address = server.address();
    try (var socket = new Socket(address.getHost(), address.getPort())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(
              "POST /api/v1/lab/agents/join HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: 9000000\r\n\r\n"
                  .formatted(address.getAuthority())
                  .getBytes(StandardCharsets.US_ASCII));
      var answer =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      assertThat(answer.readLine()).contains(" 413 ");
    }
  }

  /** [A8] */
  @Test
  void aBodyThatDoesNotSayItsLengthIsCounted() throws Exception {
    var spaces = " ".repeat((8 << 20) + 10_000).getBytes(StandardCharsets.US_ASCII);
    var request =
        HttpRequest.newBuilder(URI.create(server.address() + "/api/v1/lab/agents/join"))
            .version(HttpClient.Version.HTTP_1_1)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(spaces)))
            .build();
    try (var http = HttpClient.newHttpClient()) {
      var answer = http.send(request, BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(413);
      assertThat(answer.body()).contains("more than 8,388,608 bytes");
    }
  }

  @Test
  void aProfileOfADeviceCarriesWhatProvesIt() throws Exception {
    try (var device = device()) {
      var job = request(device);
      var given = device.poll().orElseThrow();
      var digest = device.handIn(given);
      var profile = server.lab().job(job).profile().orElseThrow();
      var envelope = server.agents().statement(digest);
      assertThat(envelope.signatures().getFirst())
          .isEqualTo(
              new Envelope.Signature(
                  device.key.digest().toString(), profile.seal().orElseThrow().signature()));
      assertThat(server.lab().device(device.device).key()).contains(device.key.digest());
      assertThat(profile.seal().orElseThrow().facts())
          .isEqualTo(
              Digest.sha256("{\"memory-method\":\"by hand\"}".getBytes(StandardCharsets.UTF_8)));
      assertThatThrownBy(() -> server.agents().statement(model))
          .hasMessageContaining("no signed profile");
      assertThat(server.lab().profiles(device.device)).hasSize(1);
      assertThat(Name.of(profile.device().text())).isEqualTo(device.device);
    }
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String why) {
    assertThatThrownBy(call).isInstanceOf(NotAllowed.class).hasMessageContaining(why);
  }
}
