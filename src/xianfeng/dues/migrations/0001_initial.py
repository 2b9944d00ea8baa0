import django.db.models.deletion
import xianfeng.core.clock
import xianfeng.core.fields
import xianfeng.core.uids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organizations', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Collection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', xianfeng.core.uids.UidField()),
                ('month', models.DateField(verbose_name='month')),
                ('closed_on', models.DateField(editable=False, null=True)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dues_collections', to='organizations.organization', verbose_name='branch')),
            ],
            options={
                'verbose_name': 'dues of a month',
                'verbose_name_plural': 'dues by month',
                'ordering': ['-month', 'organization'],
                'constraints': [models.UniqueConstraint(fields=('organization', 'month'), name='collection_one_a_month')],
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', xianfeng.core.uids.UidField()),
                ('year', models.PositiveIntegerField(verbose_name='year')),
                ('status', models.CharField(choices=[('due', 'to be published'), ('published', 'published')], default='due', max_length=10, verbose_name='status')),
                ('published_on', models.DateField(blank=True, null=True, verbose_name='published on')),
                ('payers', models.PositiveIntegerField(default=0, verbose_name='members who owed')),
                ('owed', models.PositiveBigIntegerField(default=0, verbose_name='owed')),
                ('received', models.PositiveBigIntegerField(default=0, verbose_name='received')),
                ('remitted', models.PositiveBigIntegerField(default=0, verbose_name='passed on')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='remark')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dues_publications', to='organizations.organization', verbose_name='branch')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
            ],
            options={
                'verbose_name': 'accounts of a year',
                'verbose_name_plural': 'accounts by year',
                'ordering': ['-year', 'organization'],
                'constraints': [models.UniqueConstraint(fields=('organization', 'year'), name='publication_one_a_year')],
            },
        ),
        migrations.CreateModel(
            name='Reduction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', xianfeng.core.uids.UidField()),
                ('first', models.DateField(verbose_name='from month')),
                ('last', models.DateField(verbose_name='to month')),
                ('amount', models.PositiveIntegerField(verbose_name='to be paid each month')),
                ('reason', models.CharField(choices=[('illness', 'serious illness'), ('income', 'low income'), ('event', 'sudden misfortune'), ('other', 'other reason')], max_length=10, verbose_name='kind of reason')),
                ('decided_on', models.DateField(verbose_name='decided on')),
                ('document', models.CharField(max_length=80, verbose_name='decision')),
                ('status', models.CharField(choices=[('in_force', 'in force'), ('withdrawn', 'withdrawn')], default='in_force', max_length=10, verbose_name='status')),
                ('recorded_at', models.DateTimeField(default=xianfeng.core.clock.now, editable=False, verbose_name='recorded at')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='branch')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dues_reductions', to=settings.AUTH_USER_MODEL, verbose_name='member')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
            ],
            options={
                'verbose_name': 'reduction of dues',
                'verbose_name_plural': 'reductions of dues',
                'ordering': ['-first', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('last__gte', models.F('first'))), name='reduction_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='Due',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', xianfeng.core.uids.UidField()),
                ('month', models.DateField(verbose_name='month')),
                ('owed', models.PositiveIntegerField(verbose_name='owed')),
                ('status', models.CharField(choices=[('owed', 'not paid yet'), ('paid', 'paid'), ('made_up', 'made up later'), ('deferred', 'payment deferred'), ('exempt', 'waived')], default='owed', max_length=10, verbose_name='status')),
                ('paid', models.PositiveIntegerField(default=0, verbose_name='paid')),
                ('paid_on', models.DateField(blank=True, null=True, verbose_name='paid on')),
                ('deferred_until', models.DateField(blank=True, null=True, verbose_name='deferred until')),
                ('approval', models.CharField(blank=True, max_length=80, verbose_name='approved by')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('collection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='dues.collection')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dues', to=settings.AUTH_USER_MODEL, verbose_name='member')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('reduction', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='dues.reduction')),
            ],
            options={
                'verbose_name': 'party dues',
                'verbose_name_plural': 'party dues',
                'ordering': ['-month', 'person'],
                'indexes': [models.Index(fields=['status', 'month'], name='due_open')],
                'constraints': [models.UniqueConstraint(fields=('person', 'month'), name='due_once_a_month'), models.CheckConstraint(condition=models.Q(models.Q(('paid__gte', models.F('owed')), ('paid_on__isnull', False), ('status__in', ['paid', 'made_up'])), ('status__in', ['owed', 'deferred', 'exempt']), _connector='OR'), name='due_paid_in_full')],
            },
        ),
        migrations.CreateModel(
            name='Settlement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', xianfeng.core.uids.UidField()),
                ('quarter', models.CharField(max_length=7, verbose_name='quarter')),
                ('day', models.DateField(verbose_name='day')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dues_settlements', to='organizations.organization', verbose_name='branch')),
            ],
            options={
                'verbose_name': 'remittance of a quarter',
                'verbose_name_plural': 'remittances by quarter',
                'ordering': ['-quarter', 'organization'],
                'constraints': [models.UniqueConstraint(fields=('organization', 'quarter'), name='settlement_one_a_quarter')],
            },
        ),
        migrations.CreateModel(
            name='Remittance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', xianfeng.core.uids.UidField()),
                ('covers', models.CharField(max_length=7, verbose_name='for')),
                ('amount', models.PositiveIntegerField(verbose_name='amount')),
                ('on', models.DateField(verbose_name='passed on')),
                ('receipt_number', models.CharField(max_length=40, verbose_name='receipt number')),
                ('status', models.CharField(choices=[('entered', 'entered'), ('cancelled', 'cancelled')], default='entered', max_length=10, verbose_name='status')),
                ('recorded_at', models.DateTimeField(default=xianfeng.core.clock.now, editable=False, verbose_name='recorded at')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('settlement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='dues.settlement')),
            ],
            options={
                'verbose_name': 'remittance',
                'verbose_name_plural': 'remittances',
                'ordering': ['on', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'entered')), fields=('settlement', 'covers'), name='remittance_once_a_period')],
            },
        ),
        migrations.CreateModel(
            name='Base',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', xianfeng.core.uids.UidField()),
                ('since', models.DateField(verbose_name='from month')),
                ('group', models.CharField(choices=[('serving', 'serving: monthly pay after tax'), ('retired', 'retired: whole pension'), ('farmer', 'farmer: amount by agreement'), ('fixed', 'student, without work or on relief: fixed amount')], max_length=10, verbose_name='reckoned as')),
                ('amount', xianfeng.core.fields.SealedText(blank=True, max_length=12, verbose_name='monthly base')),
                ('recorded_at', models.DateTimeField(default=xianfeng.core.clock.now, editable=False)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dues_bases', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'base of dues',
                'verbose_name_plural': 'bases of dues',
                'ordering': ['person', '-since'],
                'constraints': [models.UniqueConstraint(fields=('person', 'since'), name='base_one_a_month')],
            },
        ),
    ]
