package dev.fovea.registry;

import dev.fovea.kernel.Caller;
import dev.fovea.testkit.ApiRules;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

class RegistryInOneProcessTest extends RegistryContract {
  @Autowired private ApplicationContext application;

  @Override
  <A> A api(Caller caller, Class<A> api) {
    return InOneProcess.api(application, caller, api);
  }

  @Test
  void everyProblemCanTravel() {
    ApiRules.assertProblemsTravel(
        Runs.class,
        RunViews.class,
        SweepResults.class,
        Models.class,
        SignedModels.class,
        Lineage.class,
        AuditLog.class,
        Access.class,
        Webhooks.class);
  }
}
