package dev.fovea.registry.oidc;

import dev.fovea.registry.access.Tokens;
import dev.fovea.registry.audit.Acts;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Puts the exchange together. */
@Configuration(proxyBeanMethods = false)
class OidcConfiguration {
  @Bean
  Exchanges oidcExchanges(
      OidcProperties properties,
      Tokens tokens,
      Acts acts,
      JdbcClient database,
      TransactionTemplate transaction) {
    var clock = Clock.systemUTC();
    var keys =
        new IssuerKeys(
            new IssuerDocuments(properties.issuer()),
            properties.keysFor(),
            properties.refetchPause(),
            clock);
    return new Exchanges(
        properties, new Verifier(properties, keys, clock), tokens, acts, database, transaction);
  }
}
