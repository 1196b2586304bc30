package dev.fovea.lab.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.lab.Device;
import dev.fovea.lab.Lab.ProfileRequest;
import dev.fovea.lab.ProfileFinished;
import dev.fovea.lab.ProfileJob;
import dev.fovea.lab.agent.AgentFailed;
import dev.fovea.lab.agent.DeviceAgent;
import dev.fovea.lab.agent.Measurement;
import dev.fovea.lab.agent.ScriptedAgent;
import dev.fovea.roles.schema.Schema;
import dev.fovea.store.memory.MemoryObjectStore;
import dev.fovea.testkit.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

class WorkbenchTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Digest MODEL = Digest.sha256(new byte[] {1});
  private static DataSource database;

  private final MemoryObjectStore objects = new MemoryObjectStore();
  private final JdbcClient jdbc = JdbcClient.create(database);
  private final TransactionTemplate transactions =
      new TransactionTemplate(new JdbcTransactionManager(database));
  private final Devices devices =
      new Devices(jdbc, JSON, Duration.ofMillis(400), Duration.ofSeconds(30));
  private final Jobs jobs = new Jobs(jdbc, JSON);
  private final List<Name> woken = new ArrayList<>();
  private final LabEndpoint lab = new LabEndpoint(devices, jobs, transactions, woken::add);
  private final List<Object> events = new ArrayList<>();
  private final Orders orders = new Orders(devices, jobs, transactions, events::add);

  @BeforeAll
  static void migrate() {
    database = TestDatabase.fresh();
    Schema.migrated("lab", database);
  }

  @Test
  void keepsAProfileWithItsLineageAndTellsThatItIsThere() throws Exception {
    var bench = bench(new ScriptedAgent(device("keeps")));
    var job = lab.request(request("keeps", 60));
    assertThat(job.state()).isEqualTo(ProfileJob.State.WAITING);
    assertThat(woken).containsExactly(Name.of("keeps"));

    bench.workOff(Name.of("keeps"));

    var profile = lab.job(job.id()).profile().orElseThrow();
    assertThat(profile.samples()).isEqualTo(60);
    assertThat(objects.exists(profile.digest())).isTrue();
    assertThat(lab.profiles(Name.of("keeps"))).containsExactly(profile);
    assertThat(events).hasSize(3).contains(new ProfileFinished(job.id()));
    assertThat(
            events.stream()
                .filter(LineageLinked.class::isInstance)
                .map(e -> ((LineageLinked) e).verb()))
        .containsExactlyInAnyOrder("measured as", "measured on");
    assertThat(lab.device(Name.of("keeps")).state()).isEqualTo(Device.State.IDLE);
  }

  @Test
  void measuresTheSameRequestOnce() throws Exception {
    var agent = new ScriptedAgent(device("once"));
    var bench = bench(agent);
    var first = lab.request(request("once", 60));
    bench.workOff(Name.of("once"));
    var second = lab.request(request("once", 60));
    bench.workOff(Name.of("once"));
    assertThat(second.id()).isEqualTo(first.id());
    assertThat(second.state()).isEqualTo(ProfileJob.State.DONE);
    assertThat(agent.measured()).isEqualTo(1);
  }

  @Test
  void triesAgainWhenTheDeviceDiesAndGivesUpAfterThreeTimes() throws Exception {
    var bench = bench(new ScriptedAgent(device("dies"), ScriptedAgent.dying()));
    var job = lab.request(request("dies", 60));
    bench.workOff(Name.of("dies"));
    assertThat(lab.job(job.id()).state()).isEqualTo(ProfileJob.State.DONE);

    var hopeless =
        bench(
            new ScriptedAgent(
                device("dies"),
                ScriptedAgent.dying(),
                ScriptedAgent.dying(),
                ScriptedAgent.dying()));
    var other = lab.request(request("dies", 61));
    hopeless.workOff(Name.of("dies"));
    assertThat(lab.job(other.id()).failure())
        .hasValueSatisfying(why -> assertThat(why).contains("broke after 17 samples"));
    assertThat(events).contains(new ProfileFinished(other.id()));
  }

  @Test
  void keepsNothingOfAnImplausibleResult() throws Exception {
    ScriptedAgent.Act impossible =
        assignment ->
            new Measurement(Collections.nCopies(assignment.samples(), Double.NaN), 0, Map.of());
    var bench = bench(new ScriptedAgent(device("nan"), impossible));
    var job = lab.request(request("nan", 60));
    bench.workOff(Name.of("nan"));
    assertThat(lab.job(job.id()).state()).isEqualTo(ProfileJob.State.FAILED);
    assertThat(lab.job(job.id()).failure().orElseThrow()).contains("sample 1 of 60 took NaN ms");
    assertThat(lab.profiles(Name.of("nan"))).isEmpty();

    var again = lab.request(request("nan", 60));
    assertThat(again.state())
        .as("a failed job may be asked for again")
        .isEqualTo(ProfileJob.State.WAITING);
  }

  @Test
  void refusesTheResultOfWhoeverLostTheLease() throws Exception {
    ScriptedAgent.Act overtaken =
        assignment -> {
          // Another process takes the device over while this one measures.
          transactions.executeWithoutResult(_ -> devices.lease(Name.of("late"), MODEL, ""));
          return ScriptedAgent.taking(0.01).play(assignment);
        };
    var bench = bench(new ScriptedAgent(device("late"), overtaken));
    var job = lab.request(request("late", 60));
    // The late result is dropped; the device still belongs to the other one.
    assertThatThrownBy(() -> bench.workOff(Name.of("late")))
        .isInstanceOf(AgentFailed.class)
        .hasMessageContaining("leased to another process");
    assertThat(lab.job(job.id()).profile()).isEmpty();
    assertThat(events).isEmpty();

    Thread.sleep(500);
    bench.workOff(Name.of("late"));
    assertThat(lab.job(job.id()).state())
        .as("measured again once that lease has ended")
        .isEqualTo(ProfileJob.State.DONE);
  }

  @Test
  void interruptsTheAgentWhenTheLeaseCannotBeRenewed() throws Exception {
    var interrupted = new boolean[1];
    ScriptedAgent.Act hanging =
        _ -> {
          transactions.executeWithoutResult(_ -> devices.lease(Name.of("hangs"), MODEL, ""));
          try {
            Thread.sleep(20_000);
          } catch (InterruptedException e) {
            interrupted[0] = true;
            throw e;
          }
          throw new AssertionError("nobody interrupted the agent");
        };
    var bench = bench(new ScriptedAgent(device("hangs"), hanging));
    lab.request(request("hangs", 60));
    assertThatThrownBy(() -> bench.workOff(Name.of("hangs"))).isInstanceOf(AgentFailed.class);
    Thread.sleep(50);
    assertThat(interrupted[0]).isTrue();
  }

  @Test
  void goesOnWithAJobThatADeadProcessLeft() throws Exception {
    var bench = bench(new ScriptedAgent(device("orphan")));
    var job = lab.request(request("orphan", 60));
    transactions.executeWithoutResult(_ -> {
      jobs.begun(devices.lease(Name.of("orphan"), job.id(), ""));
    });
    assertThat(lab.device(Name.of("orphan")).holder()).contains(job.id().toString());
    assertThatThrownBy(() -> bench.workOff(Name.of("orphan"))).isInstanceOf(AgentFailed.class);
    Thread.sleep(500);
    bench.workOff(Name.of("orphan"));
    assertThat(lab.job(job.id()).state()).isEqualTo(ProfileJob.State.DONE);
  }

  @Test
  void givesUpOnAJobThatKilledTheProcessThreeTimes() throws Exception {
    var bench = bench(new ScriptedAgent(device("kills")));
    var job = lab.request(request("kills", 60));
    for (int i = 0; i < 3; i++) {
      jobs.begun(new Lease(Name.of("kills"), job.id(), i));
    }
    bench.workOff(Name.of("kills"));
    assertThat(lab.job(job.id()).failure().orElseThrow()).contains("died with this job 3 times");
  }

  @Test
  void worksOffTheJobsInTheOrderAskedAndSaysHowManyAreAhead() throws Exception {
    var bench = bench(new ScriptedAgent(device("order")));
    var first = lab.request(request("order", 50));
    var second = lab.request(request("order", 51));
    assertThat(first.ahead()).isZero();
    assertThat(second.ahead()).isEqualTo(1);
    bench.workOff(Name.of("order"));
    assertThat(events.stream().filter(ProfileFinished.class::isInstance))
        .containsExactly(new ProfileFinished(first.id()), new ProfileFinished(second.id()));
  }

  @Test
  void refusesWhatCannotBeMeasured() {
    device("limits");
    assertThatThrownBy(() -> lab.request(request("limits", 49)))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("samples: 49 (expected: 50 to 100,000");
    assertThatThrownBy(() -> lab.request(request("nowhere", 50))).isInstanceOf(NoSuchThing.class);
    var huge =
        new ProfileRequest(
            Name.of("p"), Name.of("limits"), MODEL, List.of(1L << 40, 1L << 40), 0, 50);
    assertThatThrownBy(() -> lab.request(huge)).isInstanceOf(InvalidRequest.class);
  }

  @Test
  void saysThatASilentDeviceIsLost() {
    device("silent");
    jdbc.sql("update lab.device set seen = now() - interval '31 seconds' where name = 'silent'")
        .update();
    assertThat(lab.device(Name.of("silent")).state()).isEqualTo(Device.State.LOST);
  }

  private Name device(String name) {
    devices.heard(new ScriptedAgent(Name.of(name)));
    return Name.of(name);
  }

  private ProfileRequest request(String device, int samples) {
    return new ProfileRequest(
        Name.of("parcels"), Name.of(device), MODEL, List.of(1L, 4L), 5, samples);
  }

  private Workbench bench(DeviceAgent agent) {
    return new Workbench(
        List.of(agent),
        orders,
        objects,
        JSON,
        new Workbench.Limits(Duration.ofMillis(100), Duration.ofSeconds(30)));
  }
}
