package dev.fovea.web.releases;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.kernel.Problem;
import dev.fovea.pipelines.Release;
import dev.fovea.roles.Problems;
import dev.fovea.rollouts.Rollouts;
import dev.fovea.rollouts.Rollouts.Decision;
import dev.fovea.web.Shell;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * A person's decision about a release. It names the evidence that the page showed, so nobody
 * decides on what they have not seen.
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
    void decide(Digest rollout, Decision decision);
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
        new Decision(evidence, comment.strip()),
        (rollout, decision) -> rollouts.approve(project, rollout, decision),
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
        new Decision(evidence, comment.strip()),
        (rollout, decision) -> {
          requireReason(decision, "the rejection", "reject");
          rollouts.reject(project, rollout, decision);
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
        new Decision(evidence, comment.strip()),
        (rollout, decision) -> {
          requireReason(decision, "the rollback", "roll back");
          rollouts.rollBack(project, rollout, decision);
        },
        shell,
        response,
        page);
  }

  private static void requireReason(Decision decision, String what, String verb) {
    if (decision.comment().isEmpty()) {
      throw new InvalidRequest(
          what + " has no reason",
          "say which evidence made you %s, then send it again".formatted(verb));
    }
  }

  private String decide(
      Name project,
      String digest,
      Decision decision,
      Verb verb,
      Shell shell,
      HttpServletResponse response,
      Model page) {
    var release = pages.find(project, digest);
    try {
      if (decision.comment().length() > MAX_COMMENT_CHARS) {
        throw new InvalidRequest(
            "the reason has %d characters (expected: at most %d)"
                .formatted(decision.comment().length(), MAX_COMMENT_CHARS),
            "shorten it and send it again");
      }
      verb.decide(rollout(release), decision);
    } catch (Problem problem) {
      response.setStatus(Problems.status(problem.kind()).value());
      return pages.refused(project, release, problem, shell, page);
    }
    return "redirect:/%s/releases/%s".formatted(project, release.digest().abbreviated());
  }

  private static Digest rollout(Release release) {
    return release
        .rollout()
        .orElseThrow(() ->
            new NoSuchThing(
                "rollout of release",
                release.digest().abbreviated(),
                "wait until its gates have passed"));
  }
}
