package dev.fovea.web.releases;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.kernel.Problem;
import dev.fovea.pipelines.Release;
import dev.fovea.roles.Problems;
import dev.fovea.rollouts.Rollouts;
import dev.fovea.rollouts.Rollouts.Again;
import dev.fovea.rollouts.Rollouts.Decision;
import dev.fovea.web.Shell;
import jakarta.servlet.http.HttpServletResponse;
import java.util.UUID;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * A person's decision about a release. One about a canary names the evidence that the page showed,
 * so nobody decides on what they have not seen.
 */
@Controller
class ReleaseDecisions {
  private static final int MAX_COMMENT_CHARS = 2_000;
  private final ReleasePages pages;
  private final Rollouts rollouts;

  ReleaseDecisions(ReleasePages pages, Rollouts rollouts) {
    this.pages = pages;
    this.rollouts = rollouts;
  }

  private interface Verb {
    void decide(Digest rollout, String comment);
  }

  @PostMapping("/{project}/releases/{digest}/approve")
  String approve(
      @PathVariable("project") Name project,
      @PathVariable("digest") String digest,
      @RequestParam("evidence") Digest evidence,
      @RequestParam(name = "comment", defaultValue = "") String comment,
      @ModelAttribute(name = "shell", binding = false) Shell shell,
      HttpServletResponse response,
      Model page) {
    return decide(
        project,
        digest,
        comment,
        (rollout, said) -> rollouts.approve(project, rollout, new Decision(evidence, said)),
        shell,
        response,
        page);
  }

  @PostMapping("/{project}/releases/{digest}/reject")
  String reject(
      @PathVariable("project") Name project,
      @PathVariable("digest") String digest,
      @RequestParam("evidence") Digest evidence,
      @RequestParam(name = "comment", defaultValue = "") String comment,
      @ModelAttribute(name = "shell", binding = false) Shell shell,
      HttpServletResponse response,
      Model page) {
    return decide(
        project,
        digest,
        comment,
        (rollout, said) -> {
          requireReason(said, "the rejection", "which evidence made you reject");
          rollouts.reject(project, rollout, new Decision(evidence, said));
        },
        shell,
        response,
        page);
  }

  @PostMapping("/{project}/releases/{digest}/rollback")
  String rollBack(
      @PathVariable("project") Name project,
      @PathVariable("digest") String digest,
      @RequestParam("evidence") Digest evidence,
      @RequestParam(name = "comment", defaultValue = "") String comment,
      @ModelAttribute(name = "shell", binding = false) Shell shell,
      HttpServletResponse response,
      Model page) {
    return decide(
        project,
        digest,
        comment,
        (rollout, said) -> {
          requireReason(said, "the rollback", "which evidence made you roll back");
          rollouts.rollBack(project, rollout, new Decision(evidence, said));
        },
        shell,
        response,
        page);
  }

  @PostMapping("/{project}/releases/{digest}/again")
  String again(
      @PathVariable("project") Name project,
      @PathVariable("digest") String digest,
      @RequestParam("request") UUID request,
      @RequestParam(name = "comment", defaultValue = "") String comment,
      @ModelAttribute(name = "shell", binding = false) Shell shell,
      HttpServletResponse response,
      Model page) {
    return decide(
        project,
        digest,
        comment,
        (rollout, said) -> {
          requireReason(said, "the new rollout", "why this release is to come back");
          rollouts.again(project, rollout, new Again(request, said));
        },
        shell,
        response,
        page);
  }

  private static void requireReason(String said, String what, String wanted) {
    if (said.isEmpty()) {
      throw new InvalidRequest(
          what + " has no reason", "say %s, then send it again".formatted(wanted));
    }
  }

  private String decide(
      Name project,
      String digest,
      String comment,
      Verb verb,
      Shell shell,
      HttpServletResponse response,
      Model page) {
    var release = pages.find(project, digest);
    var said = comment.strip();
    try {
      if (said.length() > MAX_COMMENT_CHARS) {
        throw new InvalidRequest(
            "the reason has %d characters (expected: at most %d)"
                .formatted(said.length(), MAX_COMMENT_CHARS),
            "shorten it and send it again");
      }
      verb.decide(newest(project, release), said);
    } catch (Problem problem) {
      response.setStatus(Problems.status(problem.kind()).value());
      return pages.refused(project, release, problem, shell, page);
    }
    return "redirect:/%s/releases/%s".formatted(project, release.digest().abbreviated());
  }

  /** The attempt that the page shows. */
  private Digest newest(Name project, Release release) {
    return release
        .rollout()
        .map(first -> rollouts.attempts(project, first).getFirst().digest())
        .orElseThrow(() ->
            new NoSuchThing(
                "rollout of release",
                release.digest().abbreviated(),
                "wait until its gates have passed"));
  }
}
