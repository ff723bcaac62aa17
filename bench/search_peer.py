"""The peer of bench/search.py: tantivy by itself, asked the same questions."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from search_documents import FACETS

from hub.search import Analysis, Document, Query, highlight

Times = list[float]


class Peer:
    """tantivy with the same fields, the same analysed terms and the same questions."""

    def __init__(self, docs: Sequence[Document], analysis: Analysis, folder: Path | None) -> None:
        """Fill an index, in `folder` where there is one; that of an earlier run is asked as it is."""
        import tantivy

        self.tantivy, self.docs = tantivy, docs
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("words", stored=False, tokenizer_name="whitespace")
        for name in (*FACETS, "readers"):
            builder.add_text_field(name, stored=False, fast=True, tokenizer_name="raw")
        builder.add_integer_field("row", stored=True, fast=True)
        self.schema = builder.build()
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        index = tantivy.Index(self.schema, path=None if folder is None else str(folder))
        if index.searcher().num_docs != len(docs):
            self._fill(index, analysis)
        index.reload()
        self.searcher = index.searcher()

    def _fill(self, index: Any, analysis: Analysis) -> None:
        writer = index.writer(200_000_000, num_threads=1)
        for row, document in enumerate(self.docs):
            text = " ".join(analysis.terms(f"{document.title}\n{document.body}"))
            values = {name: list(document.columns[name]) for name in FACETS}
            writer.add_document(
                self.tantivy.Document(words=[text], readers=list(document.readers), row=[row], **values)
            )
        writer.commit()

    def _any(self, field: str, values: Sequence[str], *, prefix: bool = False) -> object:
        query = self.tantivy.Query
        made = [
            query.regex_query(self.schema, field, f"{value}.*")
            if prefix
            else query.term_query(self.schema, field, value)
            for value in values
        ]
        return query.boolean_query([(self.tantivy.Occur.Should, one) for one in made])

    def ask(self, query: Query) -> None:
        words = [term.text for group in query.groups for term in group.alternatives]
        clauses = [
            self._any("words", words, prefix=query.groups[0].prefix),
            self._any("readers", sorted(str(token) for token in ("all", "team:1", "person:7"))),
            *(self._any(name, list(values)) for name, values in query.filters.items()),
        ]
        whole = self.tantivy.Query.boolean_query([(self.tantivy.Occur.Must, clause) for clause in clauses])
        hits = self.searcher.search(whole, 20).hits
        if query.facets:
            self.searcher.aggregate(
                whole, {name: {"terms": {"field": name, "size": 300}} for name in query.facets}
            )
            for _, address in hits:
                highlight(self.docs[self.searcher.doc(address)["row"][0]], words)

    def times(
        self,
        asked: Mapping[str, Sequence[Query]],
        timed: Callable[[Callable[[Query], None], Sequence[Query]], Times],
    ) -> dict[str, Times]:
        """The second round: the first one warms it up."""
        for queries in asked.values():
            timed(self.ask, queries)
        return {name: timed(self.ask, queries) for name, queries in asked.items()}
