package dev.fovea.lab.agent.remote;

import dev.fovea.dsse.Envelope;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.lab.AgentCalls;
import dev.fovea.lab.AgentCalls.Given;
import dev.fovea.lab.agent.Assignment;
import dev.fovea.lab.agent.Statement;
import dev.fovea.lab.remote.LabServer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;

/** A device whose every call a test makes by hand, and so may make wrongly or not at all. */
final class HandAgent implements AutoCloseable {
  static final Map<String, String> FACTS = Map.of("processor", "by hand");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  final Name device;
  final AgentHome home;
  final DeviceKey key;
  final LabLink link;

  private HandAgent(LabServer lab, Name device, AgentHome home) {
    this.device = device;
    this.home = home;
    this.key = DeviceKey.of(home);
    this.link = new LabLink(lab.address(), device, key);
  }

  static HandAgent joined(LabServer lab, String name, String label, Path folder) {
    var home = AgentHome.open(folder);
    RemoteAgent.join(home, lab.address(), lab.code(name, label), Optional.empty(), FACTS);
    return new HandAgent(lab, Name.of(name), home);
  }

  Optional<Given> poll() {
    return poll(UUID.randomUUID().toString());
  }

  Optional<Given> poll(String question) {
    return link.call(calls -> calls.poll(new AgentCalls.Report(question, FACTS))).given();
  }

  void renew(Given given) {
    link.call(calls -> {
      calls.renew(given.job(), new AgentCalls.Held(given.fence()));
      return true;
    });
  }

  Statement statement(Given given, List<Double> latencies) {
    return statement(given.job(), given.fence(), given.assignment(), latencies);
  }

  Statement statement(Digest job, long fence, Assignment assignment, List<Double> latencies) {
    return new Statement(
        device,
        key.digest(),
        job,
        fence,
        assignment,
        latencies,
        1 << 20,
        Map.of("memory-method", "by hand"));
  }

  Envelope signed(Statement statement) {
    return key.sign(AgentCalls.STATEMENT_TYPE, JSON.writeValueAsBytes(statement));
  }

  Digest handIn(Digest job, Envelope envelope) {
    return link.call(calls -> calls.result(job, envelope)).profile();
  }

  Digest handIn(Given given) {
    return handIn(given.job(), signed(statement(given, samples(given))));
  }

  static List<Double> samples(Given given) {
    return Collections.nCopies(given.assignment().samples(), 0.002);
  }

  @Override
  public void close() {
    home.close();
  }
}
