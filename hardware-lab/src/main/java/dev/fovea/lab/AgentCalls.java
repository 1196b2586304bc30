package dev.fovea.lab;

import dev.fovea.dsse.Envelope;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import dev.fovea.lab.agent.Assignment;
import dev.fovea.roles.NotAllowed;
import dev.fovea.roles.TooManyRequests;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/**
 * What an agent asks of the lab. The agent always calls and is never called, so that it may sit
 * behind any router; every call but the first three is for the caller's own device. Times are
 * spans, or the lab's: what the device's clock shows does not matter.
 */
@HttpExchange("/api/v1/lab/agents")
public interface AgentCalls {
  /** What a device signs about a measurement. */
  String STATEMENT_TYPE = "application/vnd.fovea.measurement.v1+json";

  /** What a device signs to show that it has its key. */
  String CHALLENGE_TYPE = "application/vnd.fovea.agent-challenge.v1";

  /** What a device signs when it joins. */
  String JOIN_TYPE = "application/vnd.fovea.agent-join.v1";

  /**
   * Becomes a device of the lab. The same code with the same key again gives the same answer, for
   * the first one may have been lost.
   */
  @PostExchange("/join")
  Joined join(@RequestBody Join join) throws AgentRefused, InvalidRequest, TooManyRequests;

  /** Asks for something to sign. */
  @PostExchange("/challenge")
  Challenge challenge(@RequestBody Who who);

  /** Shows the signed challenge and gets a token for the calls below. */
  @PostExchange("/token")
  Token token(@RequestBody Envelope signed) throws AgentRefused, DeviceRemoved, TooManyRequests;

  /** Asks for work and waits a while for it; says on the way that the device is there. */
  @PostExchange("/me/poll")
  Poll poll(@RequestBody Report report) throws InvalidRequest, NotAllowed;

  /** Lengthens the lease; refused as a conflict when somebody else has the device or the job. */
  @PostExchange("/me/jobs/{job}/renewal")
  void renew(@PathVariable("job") Digest job, @RequestBody Held held) throws NotAllowed;

  /**
   * Hands in a signed {@link dev.fovea.lab.agent.Statement}. The same one again changes nothing;
   * one under an ended lease is refused as a conflict.
   */
  @PostExchange("/me/jobs/{job}/result")
  Kept result(@PathVariable("job") Digest job, @RequestBody Envelope statement)
      throws InvalidRequest, NotAllowed;

  /** Gives a job back without a result. */
  @PostExchange("/me/jobs/{job}/failure")
  void failed(@PathVariable("job") Digest job, @RequestBody Failure failure) throws NotAllowed;

  /**
   * A device that wants to join.
   *
   * @param device the name that the agent was told; the code must be for it
   * @param key the public key's SubjectPublicKeyInfo, in base64
   * @param proof the code, signed by the key
   */
  record Join(
      String code, Optional<Name> device, String key, Envelope proof, Map<String, String> facts) {
    public Join {
      if (code == null || key == null || proof == null || facts == null) {
        throw new IllegalArgumentException(
            "join: one of code, key, proof and facts is missing (expected: all four)");
      }
    }

    /** Never shows the code. */
    @Override
    public String toString() {
      return "Join[device=%s, code=•••]".formatted(device);
    }
  }

  /** What the device is called now. */
  record Joined(Name device, String kind, Optional<Name> label) {}

  /** Who wants a token. */
  record Who(Name device) {}

  /** Something to sign. */
  record Challenge(String text) {}

  /**
   * A token for one device.
   *
   * @param lasts from now
   */
  record Token(String token, Duration lasts) {
    /** Never shows the token. */
    @Override
    public String toString() {
      return "Token[•••]";
    }
  }

  /**
   * What the device says of itself.
   *
   * @param question unique to this question; sent again when its answer did not come
   */
  record Report(String question, Map<String, String> facts) {
    public Report {
      if (question.isEmpty() || question.length() > 64) {
        throw new IllegalArgumentException(
            "question: '%s' (expected: 1 to 64 characters)".formatted(Text.excerpt(question)));
      }
      facts = Map.copyOf(facts);
    }
  }

  /** Work, or none for now. */
  record Poll(Optional<Given> given) {}

  /**
   * Work.
   *
   * @param fence to be named in every call about it
   * @param modelBytes how large the model is
   * @param renewEvery how often to lengthen the lease
   */
  record Given(
      Digest job, long fence, Assignment assignment, long modelBytes, Duration renewEvery) {}

  /** A lease that the caller believes to hold. */
  record Held(long fence) {}

  /** A profile that the lab has. */
  record Kept(Digest profile) {}

  /**
   * Why there is no result.
   *
   * @param again whether another try may go better: the device failed, not the model
   */
  record Failure(long fence, String what, boolean again) {}
}
