package dev.fovea.datasets.signing;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What dataset versions are signed with.
 *
 * @param signingKeyFile an Ed25519 key as {@code openssl genpkey -algorithm ed25519} writes it; one
 *     is made in the home folder where none is named
 */
@ConfigurationProperties("fovea.datasets")
record SigningProperties(@Nullable Path signingKeyFile) {}
