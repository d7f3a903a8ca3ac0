/// All rules, in the order of their ids.
package enum RuleCatalogue {
  package static let all: [any ReviewRule] =
    endpoints + queues + labels + moreEndpoints + relabelling + scraping + otherFiles + scripts

  /// GW201 … GW239: where samples go, and who may read them on the way.
  private static let endpoints: [any ReviewRule] = [
    PlainHTTP(), UnverifiedCertificate(), InlineSecret(), UserInfoInURL(), SecretInQuery(), SecretInHeader(),
    ReadableSecret(), ReadablePrivateKey(), MissingSecretFile(), MissingTLSFile(), WrongPath(), NoPath(),
    TrailingSlash(), NotRemoteWrite(), MissingTenant(), GrafanaCloudUser(), UnsignedAmazon(), SignatureRegion(),
    SignatureWithoutRegion(), AzureCredentials(), GoogleCredentials(), DuplicateEndpoint(), UnnamedEndpoint(),
    AddressOfCertificate(), OldTLS(), ProxyCredentials(), ShortTimeout(), LongTimeout(), RefusedVersion2(),
    MetadataBesideVersion2(), CustomBucketsInVersion1(), UnsentHistograms(), PlainTokenURL(), DeprecatedBearerToken(),
    VariableInEndpoint(), BlankInEndpoint(), MissingDatabase(), NewRelicServer(), NewRelicKey(),
  ]
  /// GW240 … GW269: how requests are made and repeated.
  private static let queues: [any ReviewRule] = [
    SmallCapacity(), LargeCapacity(), ShardsBelowRate(), LowCeiling(), SmallBatches(), HugeBatches(), LongBackoff(),
    ShortBackoff(), LongDeadline(), ShortDeadline(), UnrepeatedRateLimit(), QueueMemory(), ShortAgeLimit(),
    ManyMinShards(), ManyMaxShards(), SlowFirstRetry(),
  ]
  /// GW270 … GW289: what names whoever sends, and what goes with the samples.
  private static let labels: [any ReviewRule] = [
    NoExternalLabels(), ClashingExternalLabel(), ReplicaWithoutCluster(), ReplicaUnderAnotherName(),
    SameExternalLabels(), ReservedExternalLabel(), ForeignVariable(), VariableBeforeVersion3(), ChangingExternalLabel(),
    TraceLabels(), DroppedReplica(), UnportableLabelName(), EmptyExternalLabel(), OtherLabelName(), OtherLabelValue(),
    FrequentMetadata(), LargeMetadata(), NoMetadata(),
  ]
  /// GW290 … GW299: where samples go, beyond the ids that were set aside for it.
  private static let moreEndpoints: [any ReviewRule] = [UncertainVersion2()]
  /// GW301 … GW349: what rules do to series.
  private static let relabelling: [any ReviewRule] = [
    KeepWithoutUp(), MetricsDroppedForLabels(), SelfMetricsDropped(), MetricNameInTargetRules(),
    DiscoveryLabelsInSeriesRules(), RemovedLabelRead(), ContradictingKeeps(), NeverMatchesAfterKeep(), ShadowedRule(),
    BeginningOfName(), RedundantAnchors(), FoundAnywhere(), GroupNameRunsOn(), MissingGroup(), UnescapedDot(),
    MetricNameRemoved(), TargetAddressRemoved(), TargetsMerged(), DistributionsDestroyed(), IdentifierDropped(),
    UnboundedLabel(), HashKeepsCardinality(), HashBesideOriginal(), RemovalInDisguise(), RuleWithoutEffect(),
    ManyDrops(), RepeatedAlternative(), EverythingDropped(), ModulusOfOne(), ShardLabelKept(), TemporaryLabelSent(),
    AllLabelsMapped(), SeparatorForgotten(), SameInstanceForAll(),
  ]
  /// GW350 … GW379: what is scraped, when and how.
  private static let scraping: [any ReviewRule] = [
    TimeoutIsInterval(), VeryShortInterval(), LongInterval(), TrustedLabels(), FederationWithoutHonor(),
    FederationOfEverything(), JobWithoutTargets(), TargetTwice(), TargetIsURL(), TargetWithoutPort(),
    UnknownTargetsUnbounded(), CredentialsOverHTTP(), TargetsUnverified(), SecretInJob(), QueryInPath(),
    GatewayWithoutHonor(), SecretFileReadable(), SecretFileMissing(),
  ]
  /// GW401 … GW449: rule files, listeners, the Operator's resources, and versions.
  private static let otherFiles: [any ReviewRule] = [
    FieldTooNew(), BearerTokenField(), VMAgentRefuses(), AlloyConverts(), DropsWithoutReason(), TimestampAsLevel(),
    ShardsAtTheirMost(), RenamedMetric(), RateOfGauge(), CounterAsLevel(), AlertWithoutFor(), AlertWithoutSeverity(),
    PendingAsLevel(), LagNeverMatches(), ListenerOldTLS(), PasswordsWithoutTLS(), ClientsUnverified(),
    ListenerKeyReadable(), PasswordHashCost(), OperatorSpelling(), OperatorSecretReference(),
  ]
  /// GW450 … GW469: commands and code beside configurations.
  private static let scripts: [any ReviewRule] = [
    GoInstallPath(), UnknownPackage(), RemoteWriteIsNotGRPC(), TokenPrinted(), UncompressedBody(), TokenDecoding(),
    PathMTU(), SecretInCode(), LostOperator(), RetryOfEverything(), LostCommentMark(),
  ]
}
