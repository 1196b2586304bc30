package dev.fovea.web;

import static dev.fovea.web.Samples.digest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.datasets.Annotation.Answer;
import dev.fovea.datasets.Annotation.Selection;
import dev.fovea.kernel.Name;
import dev.fovea.lab.Agents;
import dev.fovea.rollouts.Rollouts.Again;
import dev.fovea.rollouts.Rollouts.Decision;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** Every form of the pages, read from its page and sent as it stands there. */
class FormsTests {
  private static final String RELEASE =
      "/parcels/releases/" + digest("release digit-reader 5").abbreviated();
  private static final String BATCH = "/parcels/batches/" + digest("batch open").abbreviated();
  private ConfigurableApplicationContext context;
  private Browser browser;
  private SampleRollouts rollouts;
  private SampleAnnotation annotation;

  @BeforeEach
  void start() {
    context = PagesPreview.start(0);
    browser = Browser.of(context);
    rollouts = context.getBean(SampleRollouts.class);
    annotation = context.getBean(SampleAnnotation.class);
  }

  @AfterEach
  void stop() {
    context.close();
  }

  @Test
  void anApprovalNamesTheEvidenceThatThePageShowed() {
    var form = browser.get(RELEASE).form(RELEASE + "/approve");
    assertThat(form).containsKeys("_csrf", "evidence");
    var answer = browser.post(RELEASE + "/approve", with(form, "comment", " clear "));
    assertThat(answer.status()).isEqualTo(302);
    assertThat(answer.header("Location"))
        .hasValueSatisfying(to -> assertThat(to).endsWith(RELEASE));
    assertThat(rollouts.asked)
        .containsExactly(
            new SampleRollouts.Asked(
                "approve",
                digest("rollout digit-reader 5"),
                new Decision(rollouts.current, "clear")));
  }

  @Test
  void aDecisionWithoutTheTokenOfTheSessionIsRefused() {
    var form = new HashMap<>(browser.get(RELEASE).form(RELEASE + "/approve"));
    form.remove("_csrf");
    assertThat(browser.post(RELEASE + "/approve", form).status()).isEqualTo(403);
    assertThat(rollouts.asked).isEmpty();
  }

  @Test
  void aRejectionNeedsAReason() {
    var form = browser.get(RELEASE).form(RELEASE + "/reject");
    var refused = browser.post(RELEASE + "/reject", with(form, "comment", "  "));
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.body())
        .contains("The decision was not taken", "the rejection has no reason");
    assertThat(rollouts.asked).isEmpty();
    assertThat(browser.post(RELEASE + "/reject", with(form, "comment", "worse at night")).status())
        .isEqualTo(302);
    assertThat(rollouts.asked)
        .containsExactly(
            new SampleRollouts.Asked(
                "reject",
                digest("rollout digit-reader 5"),
                new Decision(rollouts.current, "worse at night")));
  }

  @Test
  void whatBakesIsTakenBackOnThePageThatShowsIt() {
    rollouts.bake();
    var page = browser.get(RELEASE).body();
    assertThat(page)
        .contains("shadow", "bake", "can go back at once")
        .contains("12 of 1,240 copied requests got another answer than the stable&#39;s")
        .contains("3 more were not sent")
        .contains("Roll back: all traffic to the version before")
        .doesNotContain("data-dialog=\"approve\"", "data-dialog=\"reject\"");
    var form = browser.get(RELEASE).form(RELEASE + "/rollback");
    assertThat(form).containsKeys("_csrf", "evidence");
    assertThat(browser.post(RELEASE + "/rollback", with(form, "comment", " ")).status())
        .isEqualTo(422);
    assertThat(rollouts.asked).isEmpty();

    var answer = browser.post(RELEASE + "/rollback", with(form, "comment", "drivers complain"));

    assertThat(answer.status()).isEqualTo(302);
    assertThat(rollouts.asked)
        .containsExactly(
            new SampleRollouts.Asked(
                "roll back",
                digest("rollout digit-reader 5"),
                new Decision(rollouts.current, "drivers complain")));
  }

  @Test
  void aReleaseThatWasReplacedIsBroughtBackOnItsPageByOneForm() {
    rollouts.replace();
    var release = "/parcels/releases/" + digest("release digit-reader 4").abbreviated();
    var page = browser.get(release);
    assertThat(page.body())
        .contains("served, replaced since", "data-dialog=\"again\"", "no commit is needed")
        .doesNotContain("Earlier rollouts of this release");
    assertThat(browser.get(RELEASE).body())
        .as("what serves has no such button")
        .contains("serves all traffic")
        .doesNotContain("data-dialog=\"again\"");
    var form = page.form(release + "/again");
    assertThat(form).containsKeys("_csrf", "request");
    var empty = browser.post(release + "/again", with(form, "comment", " "));
    assertThat(empty.status()).isEqualTo(422);
    assertThat(empty.body())
        .contains("The decision was not taken", "the new rollout has no reason");
    assertThat(rollouts.repeated).isEmpty();

    var answer = browser.post(release + "/again", with(form, "comment", " 5 misreads night "));

    assertThat(answer.status()).isEqualTo(302);
    assertThat(rollouts.repeated)
        .containsExactly(new Again(UUID.fromString(form.get("request")), "5 misreads night"));
    assertThat(browser.get(release).body())
        .contains("attempt 2", "packaging", "Earlier rollouts of this release", "attempt 1")
        .contains("grace asked for it again, attempt 2: 5 misreads night")
        .doesNotContain("data-dialog=\"again\"");
  }

  @Test
  void whatIsUnderWayStandsBeforeAReleaseThatIsWantedBack() {
    var waiting = rollouts.all.getFirst();
    rollouts.replace();
    rollouts.all = List.of(waiting, rollouts.all.getLast());
    assertThat(
            browser
                .get("/parcels/releases/" + digest("release digit-reader 4").abbreviated())
                .body())
        .contains("A rollout of digit-reader 5 is under way. Reject it on its page")
        .doesNotContain("data-dialog=\"again\"");
  }

  @Test
  void aDecisionOnOldEvidenceStaysOnThePageAndSaysWhy() {
    var form =
        with(
            browser.get(RELEASE).form(RELEASE + "/approve"),
            "evidence",
            digest("older evidence").toString());
    var answer = browser.post(RELEASE + "/approve", form);
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.body())
        .contains(
            "The decision was not taken",
            "the evidence has changed since you saw it",
            "read it again, then decide");
  }

  @Test
  void aLabelIsSavedOnceAndTheNextFrameComes() {
    var frame = BATCH + "/frames/3";
    var form = browser.get(frame).form(frame + "/label");
    var answer = browser.post(frame + "/label", with(form, "label", "7"));
    assertThat(answer.header("Location"))
        .hasValueSatisfying(to -> assertThat(to).endsWith(BATCH + "/frames/4"));
    assertThat(
            browser
                .post(BATCH + "/frames/4/label", with(form, "unusable", "true"))
                .header("Location"))
        .hasValueSatisfying(to -> assertThat(to).endsWith("/frames/6"));
    assertThat(annotation.asked)
        .containsExactly(
            new SampleAnnotation.Asked(3, new Answer(Optional.of("7"))),
            new SampleAnnotation.Asked(4, new Answer(Optional.empty())));
  }

  @Test
  void aFrameThatSomebodyElseHoldsKeepsThePage() {
    var frame = BATCH + "/frames/5";
    var page = browser.get(frame);
    assertThat(page.body()).contains("Held by heidi").doesNotContain("Saved</span>");
    var answer = browser.post(frame + "/label", with(page.form(frame + "/label"), "label", "7"));
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.body()).contains("The label was not saved", "item 5 is held by heidi");
  }

  @Test
  void aBatchIsChosenAndCommitted() {
    var form = browser.get("/parcels/batches").form("/parcels/batches/select");
    var choice =
        with(with(with(form, "dataset", "digits"), "model", "digit-reader"), "budget", "50");
    assertThat(browser.post("/parcels/batches/select", choice).header("Location"))
        .hasValueSatisfying(to -> assertThat(to).endsWith(BATCH));
    assertThat(annotation.selections)
        .containsExactly(new Selection(Samples.DIGITS, Samples.READER, 50));
    var refused = browser.post("/parcels/batches/select", with(choice, "budget", "5000"));
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.body()).contains("No batch was chosen", "budget: 5000");
    var empty = browser.post(BATCH + "/commit", form);
    assertThat(empty.status()).isEqualTo(409);
    assertThat(empty.body()).contains("The batch was not committed", "label at least one item");
    browser.post(BATCH + "/frames/3/label", with(form, "label", "3"));
    assertThat(browser.post(BATCH + "/commit", form).header("Location"))
        .hasValueSatisfying(to -> assertThat(to).contains("/parcels/datasets/digits@"));
  }

  @Test
  void labellingStartsAtAFrameThatNobodyHolds() {
    var form = browser.get("/parcels/batches").form(BATCH + "/next");
    assertThat(browser.post(BATCH + "/next", form).header("Location"))
        .hasValueSatisfying(to -> assertThat(to).endsWith(BATCH + "/frames/3"));
  }

  @Test
  void aDeviceIsInvitedAndTheCommandIsShownOnce() {
    var page = browser.get("/parcels/lab");
    assertThat(page.body())
        .contains("orin-nx-03", "invited", "label orin-nx", "heard ")
        .doesNotContain(SampleAgents.CODE, Samples.HOSTILE);
    var form =
        with(with(page.form("/parcels/lab/invite"), "device", "orin-nx-04"), "kind", "jetson");
    var answer = browser.post("/parcels/lab/invite", with(form, "label", "orin-nx"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains("Run this on orin-nx-04", "--code " + SampleAgents.CODE);
    assertThat(answer.header("Cache-Control"))
        .hasValueSatisfying(cache -> assertThat(cache).contains("no-store"));
    assertThat(context.getBean(SampleAgents.class).asked)
        .containsExactly(
            new Agents.InviteRequest(
                Name.of("orin-nx-04"), "jetson", Optional.of(Name.of("orin-nx"))));
    assertThat(browser.get("/parcels/lab").body()).doesNotContain(SampleAgents.CODE);
  }

  @Test
  void aNameThatIsNoneOrIsTakenIsRefusedOnThePage() {
    var form = with(browser.get("/parcels/lab").form("/parcels/lab/invite"), "kind", "cpu");
    var broken = browser.post("/parcels/lab/invite", with(form, "device", "../etc"));
    assertThat(broken.status()).isEqualTo(422);
    assertThat(broken.body()).contains("The device was not invited", "device: name:");
    assertThat(browser.post("/parcels/lab/invite", with(form, "device", "local-cpu")).body())
        .contains("runs inside the lab itself");
  }

  @Test
  void aWebhookIsMadeAndItsSecretIsShownOnce() {
    var page = browser.get("/parcels/webhooks");
    assertThat(page.body())
        .contains("chat.example.com", "failed 5 times in a row", "turned off", "no secret")
        .doesNotContain("secret-part", SampleWebhooks.SECRET);
    var form =
        with(
            with(with(page.form("/parcels/webhooks/create"), "name", "new"), "event", "run.alert"),
            "url",
            "https://example.com/");
    var answer = browser.post("/parcels/webhooks/create", form);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains(SampleWebhooks.SECRET);
    assertThat(answer.header("Cache-Control"))
        .hasValueSatisfying(cache -> assertThat(cache).contains("no-store"));
    assertThat(context.getBean(SampleWebhooks.class).asked).contains("create new [run.alert]");
    var refused = browser.post("/parcels/webhooks/create", with(form, "url", "http://inside/"));
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.body())
        .contains("The webhook was not made", "(expected: https)", "value=\"new\"")
        .doesNotContain(Samples.HOSTILE);
  }

  @Test
  void aWebhooksSecretIsRotatedAndTheNewOneIsShownOnce() {
    var well = "/parcels/webhooks/0e2b4c6d-0000-4000-8000-000000000001";
    var page = browser.get(well);
    assertThat(page.body())
        .contains("Rotate the secret", "the one before signs, too", "in 23 h")
        .doesNotContain(SampleWebhooks.SECRET);
    var answer = browser.post(well + "/rotate", page.form(well + "/rotate"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains("New secret of to-the-team", SampleWebhooks.SECRET);
    assertThat(answer.header("Cache-Control"))
        .hasValueSatisfying(cache -> assertThat(cache).contains("no-store"));
    browser.post(well + "/rotate", with(page.form(well + "/rotate"), "endOld", "true"));
    assertThat(context.getBean(SampleWebhooks.class).asked)
        .contains("rotate to-the-team false", "rotate to-the-team true");
    var unsigned = well.replace("0001", "0003");
    assertThat(browser.get(unsigned).body())
        .contains("Make a secret", "its deliveries are not signed")
        .doesNotContain("It leaked");
  }

  @Test
  void aTokenIsMadeAndShownOnceAndEnded() {
    var page = browser.get("/parcels/tokens");
    assertThat(page.body())
        .contains("DATA, READ", "faces, parcels", "all projects", "Made by", "in 19 days")
        .doesNotContain("of-another-project", SampleAccess.SECRET, Samples.HOSTILE);
    var form =
        with(
            with(with(page.form("/parcels/tokens/create"), "subject", " robot "), "role", "CI"),
            "days",
            "7");
    var answer = browser.post("/parcels/tokens/create", with(form, "scope", "TRACKING"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains(SampleAccess.SECRET, "Token of robot");
    assertThat(answer.header("Cache-Control"))
        .hasValueSatisfying(cache -> assertThat(cache).contains("no-store"));
    var refused =
        browser.post(
            "/parcels/tokens/create", with(page.form("/parcels/tokens/create"), "days", "30"));
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.body()).contains("The token was not made", "roles: none");
    var revoke = "/parcels/tokens/0123456789abcdef/revoke";
    assertThat(browser.post(revoke, page.form(revoke)).header("Location"))
        .hasValueSatisfying(to -> assertThat(to).endsWith("/parcels/tokens"));
    assertThat(context.getBean(SampleAccess.class).asked)
        .contains("issue robot [CI] 7 [TRACKING]", "revoke 0123456789abcdef");
  }

  @Test
  void aWebhookIsTestedTurnedOffAskedToSendAgainAndDeleted() {
    var well = "/parcels/webhooks/0e2b4c6d-0000-4000-8000-000000000001";
    var sick = well.replace("0001", "0002");
    var page = browser.get(sick);
    assertThat(page.body())
        .contains("given up", "which is not followed", "in 3 min", "1,204 waiting")
        .doesNotContain(Samples.HOSTILE);
    assertThat(browser.post(well + "/test", browser.get(well).form(well + "/test")).body())
        .contains("The receiver took the example, with 200");
    assertThat(browser.post(sick + "/test", page.form(sick + "/test")).body())
        .contains("The example was not taken", "within 10 s");
    assertThat(
            browser
                .post(sick + "/active", with(page.form(sick + "/active"), "active", "false"))
                .header("Location"))
        .hasValueSatisfying(to -> assertThat(to).endsWith(sick));
    var again = sick + "/deliveries/581f3c90-0000-4000-8000-000000000000/redeliver";
    assertThat(browser.post(again, page.form(again)).status()).isEqualTo(302);
    assertThat(browser.post(sick + "/delete", page.form(sick + "/delete")).header("Location"))
        .hasValueSatisfying(to -> assertThat(to).endsWith("/parcels/webhooks"));
    assertThat(context.getBean(SampleWebhooks.class).asked)
        .contains(
            "test to-the-team",
            "turn false",
            "redeliver 581f3c90",
            "delete to-a-receiver-with-a-long-name");
  }

  private static Map<String, String> with(Map<String, String> form, String name, String value) {
    var fields = new HashMap<>(form);
    fields.put(name, value);
    return fields;
  }
}
