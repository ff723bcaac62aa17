"""Links to customers, their visitors and what they read."""

import sqlalchemy as sa
from alembic import op

import hub.base.db

revision = "2026_11_22_sharing"
down_revision = "2026_11_22_meetings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('share',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(64), nullable=False),
    sa.Column('nonce', sa.String(64), nullable=False),
    sa.Column('title', sa.String(200), nullable=False),
    sa.Column('greeting', sa.String(2000), nullable=False),
    sa.Column('preset', sa.String(20), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('contact_id', sa.Integer(), nullable=True),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('expires_at', hub.base.db.UtcDateTime(), nullable=False),
    sa.Column('with_passcode', sa.Boolean(), nullable=False),
    sa.Column('ask_email', sa.Boolean(), nullable=False),
    sa.Column('allow', hub.base.db.Json, nullable=False),
    sa.Column('download', sa.Boolean(), nullable=False),
    sa.Column('watermark', sa.Boolean(), nullable=False),
    sa.Column('gate_edition', sa.Integer(), nullable=False),
    sa.Column('revoked_at', hub.base.db.UtcDateTime(), nullable=True),
    sa.Column('revoked_by_id', sa.Integer(), nullable=True),
    sa.Column('first_opened_at', hub.base.db.UtcDateTime(), nullable=True),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('demo', sa.Boolean(), nullable=False),
    sa.Column('created_at', hub.base.db.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['person.id'], name=op.f('fk_share_contact_id_person')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_share_customer_id_customer')),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_share_owner_id_person')),
    sa.ForeignKeyConstraint(['revoked_by_id'], ['person.id'], name=op.f('fk_share_revoked_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_share')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_share_token_hash'))
    )
    op.create_index('ix_share_customer', 'share', ['customer_id', 'created_at'], unique=False)
    op.create_index('ix_share_owner', 'share', ['owner_id', 'created_at'], unique=False)
    op.create_table('share_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('share_id', sa.Integer(), nullable=False),
    sa.Column('thing', sa.String(10), nullable=False),
    sa.Column('thing_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['share_id'], ['share.id'], name=op.f('fk_share_item_share_id_share'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_share_item')),
    sa.UniqueConstraint('share_id', 'thing', 'thing_id', name=op.f('uq_share_item_share_id_thing_thing_id'))
    )
    op.create_index('ix_share_item_thing', 'share_item', ['thing', 'thing_id'], unique=False)
    op.create_table('share_visitor',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('share_id', sa.Integer(), nullable=False),
    sa.Column('secret_hash', sa.String(64), nullable=False),
    sa.Column('email', sa.String(254), nullable=False),
    sa.Column('name', sa.String(80), nullable=False),
    sa.Column('gate_edition', sa.Integer(), nullable=False),
    sa.Column('created_at', hub.base.db.UtcDateTime(), nullable=False),
    sa.Column('opened_at', hub.base.db.UtcDateTime(), nullable=True),
    sa.Column('last_at', hub.base.db.UtcDateTime(), nullable=False),
    sa.Column('measured', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['share_id'], ['share.id'], name=op.f('fk_share_visitor_share_id_share'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_share_visitor')),
    sa.UniqueConstraint('share_id', 'secret_hash', name=op.f('uq_share_visitor_share_id_secret_hash'))
    )
    op.create_table('share_beat',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('visitor_id', sa.Integer(), nullable=False),
    sa.Column('thing', sa.String(10), nullable=False),
    sa.Column('thing_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=True),
    sa.Column('page', sa.Integer(), nullable=False),
    sa.Column('ms', sa.Integer(), nullable=False),
    sa.Column('at', hub.base.db.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['visitor_id'], ['share_visitor.id'], name=op.f('fk_share_beat_visitor_id_share_visitor'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_share_beat'))
    )
    op.create_index('ix_share_beat_visitor', 'share_beat', ['visitor_id', 'at'], unique=False)
    op.create_table('share_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('share_id', sa.Integer(), nullable=False),
    sa.Column('visitor_id', sa.Integer(), nullable=True),
    sa.Column('what', sa.String(20), nullable=False),
    sa.Column('details', hub.base.db.Json, nullable=False),
    sa.Column('at', hub.base.db.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['share_id'], ['share.id'], name=op.f('fk_share_event_share_id_share'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['visitor_id'], ['share_visitor.id'], name=op.f('fk_share_event_visitor_id_share_visitor'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_share_event'))
    )
    op.create_index('ix_share_event_share', 'share_event', ['share_id', 'at'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_share_event_share', table_name='share_event')
    op.drop_table('share_event')
    op.drop_index('ix_share_beat_visitor', table_name='share_beat')
    op.drop_table('share_beat')
    op.drop_table('share_visitor')
    op.drop_index('ix_share_item_thing', table_name='share_item')
    op.drop_table('share_item')
    op.drop_index('ix_share_owner', table_name='share')
    op.drop_index('ix_share_customer', table_name='share')
    op.drop_table('share')
