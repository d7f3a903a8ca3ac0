import Testing

@Suite("The arrows of the house")
struct ArrowTests {
  private let repository = Repository.this

  @Test("Every target is on a storey, in the manifest and in the architecture's description")
  func everyTargetIsKnown() {
    #expect(!repository.targets.isEmpty)
    #expect(Set(repository.targets) == Set(Storeys.of.keys))
    #expect(Set(repository.declaredDependencies.keys) == Set(repository.targets))
    let description = repository.text("docs/architecture.md")
    for target in repository.targets { #expect(description.contains("`\(target)`"), "docs/architecture.md: \(target)") }
  }

  @Test("Arrows point down, or are listed with a reason")
  func arrowsPointDown() {
    for (target, dependencies) in repository.declaredDependencies {
      for dependency in dependencies {
        let isDown = (Storeys.of[target] ?? 0) > (Storeys.of[dependency] ?? 0)
        #expect(isDown || Storeys.siblings[.init(target, dependency)] != nil, "\(target) → \(dependency)")
      }
    }
  }

  @Test("What is imported is declared, and what is declared is imported")
  func importsMatchTheManifest() {
    let imports = Dictionary(grouping: repository.sources, by: \.target)
      .mapValues { Set($0.flatMap(\.imports)).intersection(repository.targets) }
    for (target, dependencies) in repository.declaredDependencies where imports[target] != nil {
      #expect(imports[target] == dependencies, "\(target)")
    }
  }

  @Test("Listed arrows exist")
  func listedArrowsExist() {
    let declared = repository.declaredDependencies
    for arrow in Storeys.siblings.keys {
      #expect(declared[arrow.from]?.contains(arrow.to) == true, "\(arrow.from) → \(arrow.to)")
    }
  }

  @Test("Values import values only: no Foundation, no operating system")
  func valuesArePure() {
    for file in repository.sources where Storeys.of[file.target] == 0 {
      let foreign = Set(file.imports).subtracting(repository.targets).subtracting(Storeys.importsOfValues)
      #expect(foreign.isEmpty, "\(file): \(foreign.sorted())")
    }
  }
}
