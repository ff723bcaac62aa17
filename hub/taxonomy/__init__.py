"""Taxonomy: the words the house sorts by. Products, tiers, product types, and trees of terms, with aliases.

A *facet* is a way to sort: product, tier, industry, scenario, function, stage, tag. A *key* is the short ASCII name
of a value, stable for ever; names and aliases may change.
"""

from hub.taxonomy.catalogue import (
    ProductFields,
    TierFields,
    TypeFields,
    good_slots,
    save_product,
    save_tier,
    save_type,
)
from hub.taxonomy.editing import add_alias, move, remove, save_term, set_term_adds, term
from hub.taxonomy.models import (
    FACETS,
    KIND_LABELS,
    KINDS,
    TERM_FACETS,
    Product,
    ProductType,
    Setting,
    Term,
    TermProposal,
    Tier,
)
from hub.taxonomy.proposals import (
    accept_as_alias,
    accept_as_term,
    dismiss,
    free_words,
    leave_free,
    proposals,
    propose,
)
from hub.taxonomy.sheet import SAMPLE as TERMS_SAMPLE
from hub.taxonomy.sheet import TermRow, add_terms, plan_terms
from hub.taxonomy.words import (
    Company,
    Word,
    Words,
    changed,
    company,
    hidden_products,
    may_know,
    product,
    product_restrictions,
    save_setting,
    set_company,
    setting,
    words,
    words_for,
)
