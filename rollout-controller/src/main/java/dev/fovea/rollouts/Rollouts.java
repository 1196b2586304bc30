package dev.fovea.rollouts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.roles.NotAllowed;
import dev.fovea.teamfile.CanarySpec;
import dev.fovea.teamfile.FeedbackSpec;
import dev.fovea.teamfile.PreprocessSpec;
import dev.fovea.teamfile.ServedDetector;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/** Rollouts, and who decides on them. Who approves is the caller. */
@HttpExchange("/api/v1/projects/{project}/rollouts")
public interface Rollouts {
  /**
   * Packages the release and starts its canary; returns at once. The same release is started once;
   * a person may roll it {@link #again} out when that has ended.
   */
  @PostExchange
  Rollout start(@PathVariable("project") Name project, @RequestBody Plan plan)
      throws InvalidRequest;

  /** Newest first. */
  @GetExchange
  List<Rollout> rollouts(@PathVariable("project") Name project);

  /** One of them. */
  @GetExchange("/{digest}")
  Rollout rollout(@PathVariable("project") Name project, @PathVariable("digest") Digest digest)
      throws NoSuchThing;

  /** Agrees to what the evidence shows; with enough approvals the canary gets all traffic. */
  @PostExchange("/{digest}/approvals")
  Rollout approve(
      @PathVariable("project") Name project,
      @PathVariable("digest") Digest digest,
      @RequestBody Decision decision)
      throws NoSuchThing, NotDecidable, NotAllowed, InvalidRequest;

  /** Says no: all traffic stays with the stable or goes back to it. */
  @PostExchange("/{digest}/rejection")
  Rollout reject(
      @PathVariable("project") Name project,
      @PathVariable("digest") Digest digest,
      @RequestBody Decision decision)
      throws NoSuchThing, NotDecidable, NotAllowed, InvalidRequest;

  /**
   * Takes back one that bakes: all traffic goes to the version before it, which is still warm.
   *
   * @param decision names the evidence that was approved; what was seen since holds nobody up
   */
  @PostExchange("/{digest}/rollback")
  Rollout rollBack(
      @PathVariable("project") Name project,
      @PathVariable("digest") Digest digest,
      @RequestBody Decision decision)
      throws NoSuchThing, NotDecidable, NotAllowed, InvalidRequest;

  /**
   * Rolls the release of an ended rollout out once more: from packaging on, through every stage,
   * with the approvals that its plan asks for. Returns at once. For release managers and
   * administrators. The same request is the same attempt, however often it comes.
   *
   * @param digest of any attempt at the release
   * @throws NotDecidable where the model has a rollout that is under way or bakes, or what is asked
   *     for is in production
   */
  @PostExchange("/{digest}/attempts")
  Rollout again(
      @PathVariable("project") Name project,
      @PathVariable("digest") Digest digest,
      @RequestBody Again again)
      throws NoSuchThing, NotDecidable, NotAllowed, InvalidRequest;

  /** All attempts at the release of one of them, newest first; at most 50. */
  @GetExchange("/{digest}/attempts")
  List<Rollout> attempts(
      @PathVariable("project") Name project, @PathVariable("digest") Digest digest)
      throws NoSuchThing;

  /** What serves a model now, and how the traffic is split; empty before the first deployment. */
  @GetExchange("/-/serving/{model}")
  Optional<Serving> serving(
      @PathVariable("project") Name project, @PathVariable("model") Name model);

  /**
   * What to roll out.
   *
   * @param number the model version's
   * @param variant the ONNX file that will serve
   * @param classes the answers' names, in the order of the outputs; empty for a model that does not
   *     classify, such as a detector: it answers with its raw outputs, so that no answer is unsure
   *     and no frame comes back
   * @param requestedBy who asked for the release: may not approve it
   * @param detector of a model that sees images in tiles: it answers with the objects in them; left
   *     out of the JSON where it is absent
   */
  record Plan(
      Name model,
      int number,
      Digest variant,
      Digest release,
      PreprocessSpec preprocess,
      List<String> classes,
      CanarySpec canary,
      FeedbackSpec feedback,
      String requestedBy,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY)
          Optional<ServedDetector> detector) {
    /** Of a model that sees images at once. */
    public Plan(
        Name model,
        int number,
        Digest variant,
        Digest release,
        PreprocessSpec preprocess,
        List<String> classes,
        CanarySpec canary,
        FeedbackSpec feedback,
        String requestedBy) {
      this(
          model,
          number,
          variant,
          release,
          preprocess,
          classes,
          canary,
          feedback,
          requestedBy,
          Optional.empty());
    }
  }

  /**
   * A person's decision.
   *
   * @param evidence the digest of the evidence that the person saw
   */
  record Decision(Digest evidence, String comment) {}

  /**
   * A person wants an earlier release back.
   *
   * @param request chosen by who asks, so that a request that is sent twice starts one attempt
   * @param why 1 to 2,000 characters, kept in the audit log
   */
  record Again(UUID request, String why) {
    public Again {
      // JSON may lack either.
      if (request == null || why == null) {
        throw new IllegalArgumentException(
            "request: %s, why: %s (expected: a UUID, and a reason)".formatted(request, why));
      }
    }
  }

  /**
   * One model in production.
   *
   * @param canary what runs beside the stable: {@code canary}, with its share of the traffic, or
   *     {@code shadow}, which gets copies
   */
  record Serving(Name model, Arm stable, Optional<Arm> canary) {}

  /**
   * One side of the split.
   *
   * @param weight its share, in percent
   * @param address where its model server listens
   */
  record Arm(
      String name,
      int number,
      Digest variant,
      int weight,
      String address,
      long answered,
      long failed) {}
}
