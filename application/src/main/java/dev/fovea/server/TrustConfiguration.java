package dev.fovea.server;

import dev.fovea.registry.SignedModels;
import dev.fovea.roles.ConditionalOnRole;
import dev.fovea.roles.ServiceRole;
import dev.fovea.rollouts.VersionCheck;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The registry says whether a model may be packaged, in this process or another. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnRole(ServiceRole.ROLLOUTS)
class TrustConfiguration {
  @Bean
  VersionCheck signedVersions(SignedModels models) {
    return (project, model, number) -> models.verify(project, model.text(), number, true).require();
  }
}
